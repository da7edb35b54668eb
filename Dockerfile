# One server; docs/guide/operating.md says how it is run.
FROM python:3.13-slim AS built
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/sojourn
COPY . .
# What tests and the guide were made with is not needed to serve.
RUN make web && .venv/bin/uv sync --frozen --no-default-groups && rm -rf .cache web/node_modules web-sdk/node_modules

FROM python:3.13-slim
COPY --from=built /opt/sojourn /opt/sojourn
RUN useradd --uid 1000 sojourn && mkdir /srv/shop && chown sojourn /srv/shop
USER sojourn
ENV PATH="/opt/sojourn/.venv/bin:$PATH"
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=2m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=8)"]
ENTRYPOINT ["sojourn", "serve", "/srv/shop", "--host", "0.0.0.0"]
