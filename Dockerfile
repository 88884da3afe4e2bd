# One image for every process of the bridge; docker-compose.yml says which one runs where.
FROM python:3.11-slim AS build
# requirements-extras.lock: with traces and object storage.
ARG LOCK=requirements.lock
COPY requirements*.lock ./
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes --use-pep517 -r $LOCK \
 && /venv/bin/python -m compileall -q /venv

FROM python:3.11-slim
# docker build --build-arg BRIDGE_COMMIT=$(git rev-parse HEAD)
ARG BRIDGE_COMMIT=
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BRIDGE_DATA_DIR=/data \
    BRIDGE_STATIC_ROOT=/app/static \
    BRIDGE_HOST=0.0.0.0 \
    BRIDGE_LOG_FILES=0 \
    BRIDGE_COMMIT=$BRIDGE_COMMIT
LABEL org.opencontainers.image.licenses=OSL-3.0 \
      org.opencontainers.image.revision=$BRIDGE_COMMIT
RUN useradd --system --uid 10001 --no-create-home --home-dir /data bridge \
 && install -d -o bridge -g bridge /data
WORKDIR /app
COPY --from=build /venv /venv
COPY manage.py .
COPY orderflow_bridge orderflow_bridge
COPY exports exports
COPY imports imports
COPY soapapi soapapi
COPY templates templates
COPY docs docs
COPY CHANGELOG.md LICENSE ./
RUN BRIDGE_DATA_DIR=/tmp/build python manage.py collectstatic --no-input \
 && python -m compileall -q . \
 && rm -rf /tmp/build
USER bridge
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config"]
