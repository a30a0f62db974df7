# docker build -t themetag . && docker run --rm -p 127.0.0.1:8000:8000 -e THEMETAG_OPEN=true themetag
# The first stage builds program and model, the second takes what is needed to serve.
FROM python:3.12-slim AS build
WORKDIR /opt/themetag
RUN python -m venv .venv
COPY requirements.lock .
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY model model
COPY service service
COPY seeds seeds
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . && .venv/bin/themetag train

FROM python:3.12-slim
WORKDIR /opt/themetag
RUN useradd --system --uid 10001 --no-create-home themetag
COPY --from=build /opt/themetag /opt/themetag
USER 10001
ENV PATH=/opt/themetag/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
# Not through a shell: SIGTERM and SIGHUP reach the master.
ENTRYPOINT ["themetag"]
CMD ["serve", "--host", "0.0.0.0"]
