# netmon in a container. Build: docker build -t netmon .
# Run:  docker run -p 9464:9464 -p 162:1162/udp -p 514:1514/udp -v netmon-data:/data -v ./inventory:/inventory:ro netmon
# Privileges, secrets and back-up: docs/operations.md

# Any image with Python 3.11 or newer, its venv, and groupadd/useradd.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
# Where pip finds its packages and whom it trusts, if not the defaults.
ARG PIP_INDEX_URL
ARG PIP_CERT
WORKDIR /src
COPY requirements/run.lock requirements/build.lock requirements/
RUN python3 -m venv /opt/build && python3 -m venv /opt/netmon \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes -r requirements/build.lock \
    && /opt/netmon/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY LICENSE README.md pyproject.toml ./
COPY inventory inventory
COPY netmon netmon
RUN /opt/build/bin/pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
    && /opt/netmon/bin/pip install --no-cache-dir --no-deps /wheel/*.whl \
    && /opt/netmon/bin/pip uninstall --yes pip setuptools

FROM ${BASE}
LABEL org.opencontainers.image.title="netmon" \
      org.opencontainers.image.description="Monitor of an e-government extranet" \
      org.opencontainers.image.licenses="Apache-2.0"
# A fixed number, so that the owner of a mounted /data can be set from outside.
RUN groupadd --gid 9464 netmon \
    && useradd --uid 9464 --gid netmon --no-create-home --home-dir /data --shell /usr/sbin/nologin netmon \
    && install -d -o netmon -g netmon -m 0750 /data /inventory
COPY --from=build /opt/netmon /opt/netmon
ENV PATH=/opt/netmon/bin:$PATH LANG=C.UTF-8 PYTHONUNBUFFERED=1 \
    NETMON_INVENTORY=/inventory NETMON_DATA=/data
USER 9464:9464
WORKDIR /data
VOLUME ["/data", "/inventory"]
EXPOSE 9464 1162/udp 1514/tcp 1514/udp
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9464/healthz', timeout=4)"]
ENTRYPOINT ["netmon"]
# Plain HTTP inside: publish it on the host's loopback, behind what ends TLS, or mount a certificate
# and settings (--config) that name it. Everything but /healthz and /readyz needs a token.
CMD ["run", "--listen", "0.0.0.0:9464", "--insecure-http"]
