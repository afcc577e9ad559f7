# A mirror may be named when the image is built: --build-arg PYTHON_IMAGE=… --build-arg PIP_INDEX_URL=…
# Demands are matched by meaning too, and the image is 90 MB larger, with --build-arg LOCK=requirements-semantic.lock
ARG PYTHON_IMAGE=python:3.12-slim

FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ARG LOCK=requirements.lock
WORKDIR /srv/shixiang
COPY requirements.lock requirements-semantic.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --disable-pip-version-check --no-input --no-cache-dir --only-binary :all: \
        --require-hashes -r ${LOCK}
COPY pyproject.toml alembic.ini ./
COPY app app
COPY migrations migrations
COPY seed seed
RUN .venv/bin/pip install --disable-pip-version-check --no-input --no-cache-dir --no-deps --no-build-isolation \
        --editable . \
    && .venv/bin/python -m compileall -q app migrations seed

FROM ${PYTHON_IMAGE}
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin shixiang \
    && install -d -o shixiang -m 750 /data
COPY --from=build /srv/shixiang /srv/shixiang
ENV PATH=/srv/shixiang/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/shixiang.db
WORKDIR /srv/shixiang
USER shixiang
VOLUME /data
EXPOSE 8000
# Without a proxy, whatever the environment says: the address is our own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["sh", "-c", "shixiang migrate && shixiang seed reference && exec shixiang serve --host 0.0.0.0 --port 8000"]
