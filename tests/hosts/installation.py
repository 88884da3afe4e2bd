"""The bridge as docs/production.md spreads it over hosts.

TLS and two web servers behind nginx, two workers, two beats, PostgreSQL behind PgBouncer, Redis,
and a bucket for pictures.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from tests.hosts.network import Host, Program, network
from tests.supervisor.servers import ROOT, wait_until

SERVERS = ("db", "pool", "redis", "files", "proxy")
WEB, WORKERS, BEATS = ("web1", "web2"), ("work1", "work2"), ("beat1", "beat2")
BRIDGES = (*WEB, *WORKERS, *BEATS)
PASSWORD = "only-for-this-test"
_KEY = "the-secret-key-that-all-hosts-of-this-test-share"
_KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
# Its memory is its disk, so a host of it that loses its power loses the pictures.
_S3 = """
import boto3, sys, time
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
ThreadedMotoServer("0.0.0.0", 9000, verbose=False).start()
client = boto3.client("s3", endpoint_url="http://127.0.0.1:9000", region_name="eu-west-2")
place = {"LocationConstraint": "eu-west-2"}
client.create_bucket(Bucket="pictures", CreateBucketConfiguration=place)
while True:
    time.sleep(60)
"""
_TOOLS = {
    "nginx": "nginx-light",
    "pgbouncer": "pgbouncer",
    "redis-server": "redis-server",
    "openssl": "openssl",
}
_FOUND = {name: shutil.which(name) or shutil.which(name, path="/usr/sbin") for name in _TOOLS}
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def missing() -> str:
    """Return what has to be installed first, nothing if all is there."""
    packages = [_TOOLS[name] for name, path in _FOUND.items() if path is None]
    packages += [] if _POSTGRES else ["postgresql"]
    return f"apt-get install {' '.join(packages)}" if packages else ""


class Installation:
    """The hosts, and what an operator and OrderFlow do with them."""

    def __init__(self, hosts: Mapping[str, Host]) -> None:
        self.hosts = hosts
        self.url = f"https://{hosts['proxy'].address}"
        self.database_url = f"postgres://postgres@{hosts['db'].address}:5432/bridge"

    def manage(self, *arguments: str, tree: Path = ROOT) -> str:
        """Run manage.py on the first web host and return what it prints."""
        host = self.hosts["web1"]
        command = (sys.executable, str(tree / "manage.py"), *arguments)
        return host.run(Program(command, self.environment(host, tree)))

    def ask(self, script: str) -> str:
        """Run lines of Python in the bridge and return what they print."""
        return self.manage("shell", "--no-imports", "-v0", "-c", script)

    def waiting(self) -> int:
        """Return how many messages wait, asked of PostgreSQL itself: that takes no time."""
        with psycopg.connect(self.database_url) as connection:
            found = connection.execute(
                "SELECT count(*) FROM request_queue_request WHERE processed_at IS NULL"
            ).fetchone()
        assert found is not None
        return int(found[0])

    def seconds_of_the_last(self, messages: int) -> float:
        """Return how long the last so many messages were worked off, from first to last."""
        with psycopg.connect(self.database_url) as connection:
            found = connection.execute(
                "SELECT extract(epoch FROM max(processed_at) - min(processed_at)) FROM ("
                " SELECT processed_at FROM request_queue_request ORDER BY id DESC LIMIT %s) last",
                [messages],
            ).fetchone()
        assert found is not None
        return float(found[0])

    def environment(self, host: Host, tree: Path = ROOT) -> dict[str, str]:
        """Return the environment of the bridge's programs on a host."""
        return {
            "PYTHONPATH": f"{Path(__file__).parent / 'wrong_clock'}:{tree}",
            "BRIDGE_SECRET_KEY": _KEY,
            "BRIDGE_ADMIN_PASSWORD": PASSWORD,
            "BRIDGE_DATA_DIR": str(host.folder / "data"),
            "BRIDGE_HOST": "0.0.0.0",
            "BRIDGE_PORT": "8000",
            "BRIDGE_WEB_WORKERS": "1",
            "BRIDGE_ALLOWED_HOSTS": "*",
            "BRIDGE_BEHIND_TLS": "1",
            "BRIDGE_PROXIES": "1",
            "BRIDGE_CONN_MAX_AGE": "0",
            "BRIDGE_LOG_FILES": "0",
            "DATABASE_URL": f"postgres://{self.hosts['pool'].address}:6432/bridge",
            **_KEYS,
            "BRIDGE_S3_BUCKET": "pictures",
            "BRIDGE_S3_ENDPOINT": f"http://{self.hosts['files'].address}:9000",
            "BRIDGE_S3_REGION": "eu-west-2",
            "REDIS_URL": f"redis://{self.hosts['redis'].address}:6379/0",
        }

    def program(self, name: str, tree: Path = ROOT) -> Program:
        """Return what the bridge runs on the host of that name, from a source tree."""
        celery = (sys.executable, "-m", "celery", "--quiet", "-A", "orderflow_bridge")
        command: tuple[str, ...]
        if name in WEB:
            config = "python:orderflow_bridge.http.gunicorn_config"
            command = (sys.executable, "-m", "gunicorn", "-c", config)
        elif name in WORKERS:
            command = (*celery, "worker", "--concurrency", "1", "--max-tasks-per-child", "1000")
        else:
            command = (*celery, "beat", "--pidfile=", "--schedule=beat-schedule")
        role = {"web": "web", "wor": "worker", "bea": "beat"}[name[:3]]
        env = self.environment(self.hosts[name], tree)
        return Program(command, {**env, "BRIDGE_ROLE": role})

    def start(self, tree: Path = ROOT) -> None:
        """Start the servers, make the database, then start the bridge of a source tree."""
        self._start_database()
        self._start_pool()
        redis = (str(_FOUND["redis-server"]), "--protected-mode", "no", "--save", "")
        self.hosts["redis"].start(Program(redis, has_clock=False))
        pictures = Program((sys.executable, "-c", _S3), _KEYS, has_clock=False)
        self.hosts["files"].start(pictures)
        self.manage("prepare", tree=tree)
        for name in BRIDGES:
            self.hosts[name].start(self.program(name, tree))
        self._start_proxy()

    def _start_database(self) -> None:
        host, data = self.hosts["db"], self.hosts["db"].folder / "data"
        data.mkdir()
        shutil.chown(data, "postgres", "postgres")
        tools = _POSTGRES[-1]
        made = (str(tools / "initdb"), "-D", str(data), "-A", "trust", "-N")
        host.run(Program(made, user="postgres"))
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 0.0.0.0/0 trust\n")
        own = ("-c", "listen_addresses=*", "-c", "unix_socket_directories=", "-c", "fsync=off")
        host.start(Program((str(tools / "postgres"), "-D", str(data), *own), user="postgres"))
        ready = (str(tools / "pg_isready"), "-q", "-h", host.address)
        wait_until(lambda: subprocess.run(ready, check=False).returncode == 0)
        host.run(Program((str(tools / "createdb"), "-h", host.address, "-U", "postgres", "bridge")))

    def _start_pool(self) -> None:
        host = self.hosts["pool"]
        (host.folder / "pgbouncer.ini").write_text(
            f"[databases]\nbridge = host={self.hosts['db'].address} user=postgres\n"
            "[pgbouncer]\nlisten_addr = 0.0.0.0\nlisten_port = 6432\nunix_socket_dir =\n"
            "auth_type = any\npool_mode = transaction\ndefault_pool_size = 20\n"
            # A database that comes back is asked again at once; a dead one is given up soon.
            "server_login_retry = 1\ntcp_keepidle = 2\ntcp_keepintvl = 1\ntcp_keepcnt = 3\n"
        )
        host.start(Program((str(_FOUND["pgbouncer"]), "-u", "nobody", "pgbouncer.ini")))

    def _start_proxy(self) -> None:
        host = self.hosts["proxy"]
        key, certificate = host.folder / "key.pem", host.folder / "certificate.pem"
        signed = (
            str(_FOUND["openssl"]), "req", "-x509", "-newkey", "rsa:2048", "-nodes",
            "-subj", "/CN=bridge.example.com", "-keyout", str(key), "-out", str(certificate),
        )  # fmt: skip
        host.run(Program(signed))
        site = (ROOT / "deploy/nginx/orderflow-bridge.conf").read_text()
        given = "/etc/letsencrypt/live/bridge.example.com"
        servers = "".join(f"server {self.hosts[name].address}:8000; " for name in WEB)
        for old, new in (
            ("server 127.0.0.1:8000;", servers),
            (f"{given}/fullchain.pem", str(certificate)),
            (f"{given}/privkey.pem", str(key)),
        ):
            assert old in site, f"The example of a site names no {old}"
            site = site.replace(old, new)
        (host.folder / "nginx.conf").write_text(
            f"daemon off; pid {host.folder}/pid; events {{ }} http {{ access_log off;\n{site}\n}}"
        )
        files = ("-c", str(host.folder / "nginx.conf"), "-e", str(host.folder / "error.log"))
        host.start(Program((str(_FOUND["nginx"]), *files)))


@contextmanager
def installed(tree: Path = ROOT) -> Iterator[Installation]:
    """Yield an installation over hosts: the demo's shop, where a message wakes a worker at once."""
    # Not pytest's folder: PostgreSQL's user must reach its data.
    with TemporaryDirectory(prefix="orderflow-hosts-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with network(folder, (*SERVERS, *BRIDGES)) as hosts:
            installation = Installation(hosts)
            installation.start(tree)
            installation.manage("demo", tree=tree)
            for job in ("inventory", "shipment"):
                setting = f"orderflow_{job}_import/settings/apply_on_arrival"
                installation.manage("config", "set", setting, "1", tree=tree)
            yield installation
