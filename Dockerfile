# The image of web, worker and clock. Two stages, so that pip and its cache stay behind.
FROM python:3.13-slim AS build
WORKDIR /srv
COPY requirements.txt .
RUN python -m venv /srv/.venv \
 && /srv/.venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.txt

FROM python:3.13-slim
RUN groupadd --gid 10001 fixpoint && useradd --uid 10001 --gid 10001 --home-dir /srv --no-create-home fixpoint \
 && install -d -o fixpoint -g fixpoint -m 0700 /data
WORKDIR /srv
COPY --from=build /srv/.venv /srv/.venv
COPY manage.py LICENSE requirements.txt ./
COPY kb kb
COPY templates templates
COPY static static
COPY fixtures fixtures
ENV PATH=/srv/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=kb.settings \
    KB_DATA=/data \
    KB_STATIC=/srv/collected \
    KB_HOST=0.0.0.0
# The root file system is read only when it runs, so what can be made before is made here.
RUN python -m compileall -q kb && KB_DATA=/tmp/data python manage.py collectstatic --no-input --verbosity 0 --ignore "redoc.*" \
 && rm -r /tmp/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve"]
