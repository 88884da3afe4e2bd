"""What the admin's pages may load (docs/security.md): only what the bridge serves itself."""

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE

# Alpine, which unfold is built on, needs eval and inline styles; no script is ever inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
    },
}
