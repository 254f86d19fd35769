"""Lines with secrets and lines that only look so: what redaction is measured on.

Every secret is put together at run time from a fixed seed, so that no scanner takes this file for a leak.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass

_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"
_UPPER = string.ascii_uppercase + "234567"
_URLSAFE = _ALNUM + "_-"
_BASE64 = _ALNUM + "+/"
_SEED = 20261120


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    line: str
    secret: str
    """The part of the line that must not be shown."""


def secret_cases() -> list[Case]:
    """A line for each form of each kind of secret, the vendors' tokens each in several surroundings."""
    return [*_vendor_cases(), *_placed_cases()]


def kinds() -> set[str]:
    return {case.kind for case in secret_cases()}


class _Dice:
    """Random text that is the same in every run."""

    def __init__(self) -> None:
        self._random = random.Random(_SEED)

    def __call__(self, alphabet: str, length: int) -> str:
        return "".join(self._random.choices(alphabet, k=length))

    def alnum(self, length: int) -> str:
        return self(_ALNUM, length)

    def hex(self, length: int) -> str:
        return self(_HEX, length)

    def urlsafe(self, length: int) -> str:
        """Begins and ends with a letter, so that the token's edges are clear."""
        return "".join((self(_ALNUM, 1), self(_URLSAFE, length - 2), self(_ALNUM, 1)))

    def base64(self, length: int) -> str:
        return self(_BASE64, length)

    def uuid(self) -> str:
        return "-".join((self.hex(8), self.hex(4), "4" + self.hex(3), "a" + self.hex(3), self.hex(12)))

    def jwt(self) -> str:
        header, claims = '{"alg":"RS256","typ":"JWT"}', '{"sub":"%s"}' % self.alnum(30)  # noqa: UP031
        parts = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in (header, claims)]
        return ".".join([*parts, self.urlsafe(86)])


_SURROUNDINGS = (
    "error: the server refused {} (401)",
    "curl: (22) https://api.example/v1/items?key={}&page=2 returned 403",
    '{{"level":"error","msg":"cannot log in","value":"{}"}}',
    "+ deploy --with '{}'",
    "Login failed for {}.",
)


def _vendor_cases() -> Iterator[Case]:
    for kind, token in _tokens(_Dice()):
        for line in _SURROUNDINGS:
            yield Case(kind, line.format(token), token)


def _tokens(dice: _Dice) -> Iterator[tuple[str, str]]:  # a table, a row a form
    alnum, hexa, urlsafe, b64 = dice.alnum, dice.hex, dice.urlsafe, dice.base64
    for prefix in ("ghp", "gho", "ghu", "ghs", "ghr"):
        yield "github", f"{prefix}_{alnum(36)}"
    yield "github fine-grained", f"github_pat_{alnum(22)}_{alnum(59)}"
    yield "github installation, stateless", f"ghs_{dice('123456789', 7)}_{dice.jwt()}"
    yield "fixpoint", f"kbt_{urlsafe(43)}"
    yield "github installation, old", f"v1.{hexa(40)}"
    for prefix in ("glpat", "gldt", "glrt", "glcbt", "glptt", "glft", "glimt", "glagent", "gloas", "glsoat"):
        yield "gitlab", f"{prefix}-{urlsafe(20)}"
    yield "gitlab routable", f"glpat-{urlsafe(27)}.01.{alnum(9)}"
    yield "gitlab registration", f"GR1348941{urlsafe(20)}"
    yield "bitbucket app password", f"ATBB{alnum(32)}"
    yield "bitbucket server", f"BBDC-{b64(44)}"
    yield "atlassian api token", f"ATATT3xFfGF0{urlsafe(171)}={hexa(8).upper()}"
    yield "atlassian access token", f"ATCTT3xFfGN0{urlsafe(171)}={hexa(8).upper()}"
    for prefix in ("AKIA", "ASIA"):
        yield "aws key id", prefix + dice(_UPPER, 16)
    yield "aws bedrock", f"ABSK{b64(128)}"
    yield "google api key", f"AIza{urlsafe(35)}"
    yield "google access token", f"ya29.{urlsafe(120)}"
    yield "google client secret", f"GOCSPX-{urlsafe(28)}"
    yield "google refresh token", f"1//0{urlsafe(100)}"
    yield "azure client secret", f"{alnum(3)}8Q~{urlsafe(34)}"
    yield "azure devops", f"{alnum(76)}AZDO{alnum(4)}"
    yield "azure storage key", f"{b64(76)}+ASt{b64(6)}=="
    yield "azure ai key", f"{alnum(52)}JQQJ99{alnum(26)}"
    for prefix in ("dop", "doo", "dor"):
        yield "digitalocean", f"{prefix}_v1_{hexa(64)}"
    yield "alibaba", f"LTAI{alnum(20)}"
    yield "heroku", f"HRKU-AA{urlsafe(58)}"
    for prefix in ("cfk", "cfut", "cfat"):
        yield "cloudflare", f"{prefix}_{alnum(40)}{hexa(8)}"
    yield "cloudflare origin", f"v1.0-{hexa(24)}-{hexa(146)}"
    yield "netlify", f"nfp_{alnum(36)}"
    yield "vercel", f"vcp_{alnum(56)}"
    yield "vercel blob", f"vercel_blob_rw_{alnum(16)}_{alnum(30)}"
    yield "fly", f"fo1_{urlsafe(43)}"
    yield "fly macaroon", f"fm2_{b64(160)}"
    yield "render", f"rnd_{alnum(28)}"
    yield "openshift", f"sha256~{urlsafe(43)}"
    yield "databricks", f"dapi{hexa(32)}"
    yield "supabase", f"sbp_{hexa(40)}"
    yield "supabase secret key", f"sb_secret_{urlsafe(31)}"
    for prefix in ("tkn", "oauth", "pw"):
        yield "planetscale", f"pscale_{prefix}_{urlsafe(43)}"
    yield "airtable", f"pat{alnum(14)}.{hexa(64)}"
    yield "vault", f"hvs.{urlsafe(90)}"
    yield "vault batch", f"hvb.{urlsafe(150)}"
    yield "terraform cloud", f"{alnum(14)}.atlasv1.{urlsafe(67)}"
    for prefix in ("ct", "pt", "sa", "st.prd"):
        yield "doppler", f"dp.{prefix}.{alnum(43)}"
    yield "pulumi", f"pul-{hexa(40)}"
    yield "onepassword", f"ops_eyJ{b64(260)}"
    yield "age", f"AGE-SECRET-KEY-1{dice('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}"
    yield "tailscale", f"tskey-auth-{alnum(17)}-{alnum(32)}"
    yield "npm", f"npm_{alnum(36)}"
    yield "pypi", f"pypi-AgE{urlsafe(100)}"
    yield "rubygems", f"rubygems_{hexa(48)}"
    yield "cargo", f"cio{alnum(32)}"
    yield "nuget", f"oy2{dice(string.ascii_lowercase + string.digits, 43)}"
    yield "docker", f"dckr_pat_{urlsafe(27)}"
    yield "docker organization", f"dckr_oat_{urlsafe(32)}"
    yield "jfrog api key", f"AKCp{alnum(69)}"
    yield "jfrog reference token", f"cmVmdGtu{alnum(56)}"
    yield "circleci", f"CCIPAT_{alnum(22)}_{hexa(40)}"
    yield "buildkite", f"bkua_{hexa(40)}"
    yield "sonar", f"sqp_{hexa(40)}"
    yield "sourcegraph", f"sgp_{hexa(16)}_{hexa(40)}"
    yield "postman", f"PMAK-{hexa(24)}-{hexa(34)}"
    yield "anthropic", f"sk-ant-api03-{urlsafe(93)}AA"
    yield "openai", f"sk-{alnum(20)}T3BlbkFJ{alnum(20)}"
    yield "openai project", f"sk-proj-{urlsafe(124)}"
    yield "openrouter", f"sk-or-v1-{hexa(64)}"
    yield "hugging face", f"hf_{dice(string.ascii_letters, 34)}"
    yield "groq", f"gsk_{alnum(52)}"
    yield "perplexity", f"pplx-{alnum(48)}"
    yield "replicate", f"r8_{alnum(37)}"
    yield "langsmith", f"lsv2_pt_{hexa(32)}_{hexa(10)}"
    for prefix in ("xoxb", "xoxp"):
        yield "slack", f"{prefix}-{dice('123456789', 12)}-{dice('123456789', 12)}-{alnum(24)}"
    yield "slack app", f"xapp-1-A{alnum(10)}-{dice('123456789', 13)}-{hexa(64)}"
    yield "discord bot", f"M{urlsafe(23)}.{alnum(6)}.{urlsafe(38)}"
    yield "telegram", f"{dice('123456789', 10)}:AA{urlsafe(33)}"
    yield "sendgrid", f"SG.{urlsafe(22)}.{urlsafe(43)}"
    yield "mailgun", f"key-{hexa(32)}"
    yield "mailgun, new", f"{hexa(32)}-{hexa(8)}-{hexa(8)}"
    yield "mailchimp", f"{hexa(32)}-us14"
    yield "brevo", f"xkeysib-{hexa(64)}-{alnum(16)}"
    yield "twilio", f"SK{hexa(32)}"
    yield "stripe", f"sk_live_{alnum(24)}"
    yield "stripe restricted", f"rk_live_{alnum(24)}"
    yield "stripe webhook", f"whsec_{alnum(32)}"
    yield "square", f"sq0atp-{urlsafe(22)}"
    yield "square access token", f"EAAA{urlsafe(60)}"
    yield "paypal braintree", f"access_token$production${alnum(16).lower()}${hexa(32)}"
    for prefix in ("shpat", "shpca", "shppa", "shpss"):
        yield "shopify", f"{prefix}_{hexa(32)}"
    yield "sentry", f"sntrys_eyJ{b64(80)}_{b64(43)}"
    yield "sentry user", f"sntryu_{hexa(64)}"
    yield "new relic", f"NRAK-{alnum(27).upper()}"
    yield "new relic license", f"{hexa(36)}NRAL"
    yield "grafana", f"glsa_{alnum(32)}_{hexa(8)}"
    yield "grafana cloud", f"glc_{b64(100)}"
    yield "dynatrace", f"dt0c01.{alnum(24).upper()}.{alnum(64).upper()}"
    yield "linear", f"lin_api_{alnum(40)}"
    yield "notion", f"ntn_{alnum(46)}"
    yield "notion, old", f"secret_{alnum(43)}"
    yield "figma", f"figd_{urlsafe(40)}"
    yield "contentful", f"CFPAT-{urlsafe(43)}"
    yield "hubspot", f"pat-na1-{dice.uuid()}"
    yield "jwt", dice.jwt()
    yield "password hash", f"$2b$12${dice(_ALNUM + './', 53)}"


def _placed_cases() -> Iterator[Case]:
    """Secrets that have no looks of their own and are told by what stands around them."""
    dice = _Dice()
    word, mixed, key = "correcthorse", f"tr0ub4dor{dice.alnum(4)}", dice.alnum(32)
    base = dice.base64(40)
    uuid, hexa = dice.uuid(), dice.hex(32)
    for kind, line, secret in (
        ("url password", "fatal: unable to access 'https://jane:{}@git.example/a.git/'", mixed),
        ("url password", "postgres://app:{}@db.internal:5432/shop?sslmode=require", word),
        ("url password", "redis://:{}@cache:6379/0 refused", word),
        ("url password", "amqp://guest:{}@mq/vhost", "p@ss" + word),
        ("url password", "mongodb+srv://app:{}@cluster0.example.net/db", "pa/ss" + word),
        ("url token", "fatal: repository 'https://{}@github.com/acme/app.git/' not found", dice.alnum(40)),
        ("url token", "https://{}:x-oauth-basic@github.com/acme/app.git", dice.alnum(40)),
        ("go dsn", "dial app:{}@tcp(127.0.0.1:3306)/shop failed", mixed),
        ("sentry dsn", "SENTRY: https://{}@o42.ingest.sentry.io/4501", hexa),
        ("slack webhook", "POST https://hooks.slack.com/services/{} 404", dice.alnum(9) + "/" + dice.alnum(34)),
        ("discord webhook", "https://discord.com/api/webhooks/{}", f"{dice('123456789', 18)}/{dice.urlsafe(68)}"),
        ("authorization", "> Authorization: Bearer {}", key),
        ("authorization", "authorization: Basic {}", base),
        ("authorization", "{{'Authorization': 'token {}', 'Accept': '*/*'}}", hexa),
        ("authorization", "headers=map[Authorization:[Bearer {}]]", key),
        ("authorization", '-H "Authorization: {}"', key),
        ("authorization", "Proxy-Authorization: Basic {}", base),
        ("authorization", "authorization: AWS4-HMAC-SHA256 {}", f"Credential=x/eu/s3, Signature={dice.hex(64)}"),
        ("bearer", "sent Bearer {} to the api", key),
        ("cookie", "< Set-Cookie: {}", f"sid={key}; Path=/; HttpOnly"),
        ("cookie", "Cookie: {}", f"_session={key}; theme=dark"),
        ("token header", "X-Auth-Token: {}", key),
        ("token header", "PRIVATE-TOKEN: {}", word),
        ("token header", "X-Api-Key: {}", key),
        ("token header", "'X-Vault-Token': '{}'", uuid),
        ("token header", "DD-API-KEY: {}", hexa),
        ("token header", "Ocp-Apim-Subscription-Key: {}", hexa),
        ("password", "password={}", word),
        ("password", "Password: {}", word),
        ("password", '"password": "{}",', "correct horse battery"),
        ("password", '{{\\"password\\":\\"{}\\"}}', mixed),
        ("password", "DB_PASSWORD='{}' ./run", "correct horse"),
        ("password", "POSTGRES_PASSWORD={}", word),
        ("password", "spring.datasource.password = {}", mixed),
        ("password", "export PGPASSWORD={}", "abc"),
        ("password", "MYSQL_PWD={} mysqldump shop", word),
        ("password", "dbPass: '{}'", word),
        ("password", ":password => \"{}\"", word),
        ("password", "admin_password := \"{}\"", mixed),
        ("password", "sudo_pass: {}", mixed),
        ("password", "login failed: user=jane password={}, retrying", word),
        ("passphrase", "passphrase: {}", mixed),
        ("connection string", "Server=db;User Id=sa;Password={};Encrypt=True", "Pa$$" + word),
        ("connection string", "jdbc:mysql://db/shop?user=app&password={}&useSSL=true", word),
        ("connection string", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey={};", dice.base64(86) + "=="),
        ("connection string", "Endpoint=sb://x.example/;SharedAccessKey={}", dice.base64(43) + "="),
        ("connection string", "host=db user=app password={} dbname=shop", word),
        ("aws secret key", "aws_secret_access_key = {}", base),
        ("aws secret key", "AWS_SECRET_ACCESS_KEY={}", base),
        ("aws session token", "AWS_SESSION_TOKEN={}", dice.base64(200)),
        ("presigned address", "https://b.s3.amazonaws.com/k?X-Amz-Signature={}&x=1", dice.hex(64)),
        ("shared access signature", "https://x.blob.core.windows.net/c?sv=2024&sig={}", dice.urlsafe(40) + "%3D"),
        ("api key", "API_KEY={}", key),
        ("api key", 'apiKey: "{}"', key),
        ("api key", "DD_API_KEY={}", hexa),
        ("secret", "client_secret={}", word + "-" + key),
        ("secret", "SECRET_KEY_BASE: {}", dice.hex(128)),
        ("secret", "JWT_SECRET='{}'", word),
        ("token", "RAILWAY_TOKEN={}", uuid),
        ("token", "CODECOV_TOKEN: {}", uuid),
        ("token", "GITHUB_TOKEN={}", dice.hex(40)),
        ("token", "GET /login?access_token={}&state=1", key),
        ("token", "refresh_token: \"{}\"", key),
        ("token", "CLOUDFLARE_API_TOKEN={}", dice.urlsafe(40)),
        ("token", "CSRF token={}", key),
        ("npmrc", "//npm.example/:_authToken={}", uuid),
        ("npmrc", "//npm.example/:_password={}", base),
        ("npmrc", "_auth={}", base),
        ("flag", "docker login -u jane --password {} reg.example", word),
        ("flag", "tool --api-key={} run", key),
        ("flag", "tool --token {} run", key),
        ("flag", "mysql -u root -p{} shop", word),
        ("flag", "docker login -u jane -p {}", word),
        ("flag", "sshpass -p {} ssh jane@web", mixed),
        ("flag", "sshpass -p '{}' ssh jane@web", "correct horse"),
        ("flag", "curl -s -u jane:{} https://api.example", word),
        ("flag", "curl --proxy-user jane:{} https://api.example", word),
        ("flag", "redis-cli -h cache -a {} ping", word),
        ("flag", "openssl rsa -in k.pem -passin pass:{}", word),
        ("flag", "sqlcmd -S db -U sa -P {}", mixed),
        ("flag", "echo {} | docker login -u jane --password-stdin reg.example", mixed),
        ("variable", "ENV NPM_TOKEN {}", key),
        ("variable", "setx API_KEY {}", key),
        ("variable", "- name: DB_PASSWORD, value: {}", word),
        ("variable", '{{"name": "DB_PASSWORD", "value": "{}"}}', word),
        ("variable", '<add key="ApiKey" value="{}" />', key),
        ("xml", "<server><password>{}</password></server>", word),
        ("spoken", "Got token {} from the server", key),
        ("spoken", "the secret is '{}', keep it", key),
        ("query", "GET /v1/items?key={}&page=2", key),
        ("query", "GET /callback?code={}&scope=x", "4/0" + dice.urlsafe(30)),
        ("password", "db_password                  = {}", mixed),
        ("password", "password=b'{}'", mixed),
        ("password", "REDIS_AUTH={}", mixed),
        ("password", "TF_VAR_db_pass={}", mixed),
        ("password", "ansible_ssh_pass={}", mixed),
        ("password", "mvn -Dpassword={} deploy", word),
        ("token", "curl --header 'X-Goog-Api-Key: {}'", key),
        ("token", "Cookies: _session_id={};", key),
        ("netrc", "machine git.example login jane password {}", word),
        ("sql", "CREATE USER 'x'@'%' IDENTIFIED BY '{}';", word),
        ("sql", "ALTER ROLE app WITH PASSWORD '{}';", word),
        ("powershell", "ConvertTo-SecureString '{}' -AsPlainText -Force", word),
        ("docker config", '{{"auths":{{"reg.example":{{"auth":"{}"}}}}}}', dice.base64(24)),
        ("private key", "-----BEGIN RSA PRIVATE KEY-----\\n{}\\n-----END RSA PRIVATE KEY-----", dice.base64(300)),
        ("private key", '"private_key": "-----BEGIN PRIVATE KEY-----{}-----END PRIVATE KEY-----"', dice.base64(300)),
        ("private key", "-----BEGIN PGP PRIVATE KEY BLOCK----- {}", dice.base64(300)),
        ("private key, a line of it", "{}", dice.base64(64)),
        ("private key, a line of it", "2026-11-20T10:11:12.1234567Z {}", dice.base64(64)),
        ("private key, a line of it", "#7 0.412 {}", dice.base64(70)),
        ("vault, old", "VAULT: {}", "s.9" + dice.alnum(23)),
        ("okta", "Authorization: SSWS {}", f"00{dice.urlsafe(40)}"),
        ("e-mail", "Author: Jane Doe <{}>", "jane.doe@example.com"),
        ("e-mail", "550 5.1.1 {}: user unknown", "jane+ci@mail.example.co.uk"),
        ("e-mail", "sent to {}.", "jane_doe@example.org"),
    ):  # fmt: skip
        yield Case(kind, line.format(secret), secret)


def harmless_lines() -> list[str]:
    """Lines that hold nothing secret and must be shown as they are."""
    dice = _Dice()
    digest, commit = dice.hex(64), dice.hex(40)
    picture = base64.b64encode(bytes(range(256))).decode()
    return [
        "git@github.com: Permission denied (publickey).",
        "fatal: repository 'git@gitlab.com:group/project.git' not found",
        "git@ssh.dev.azure.com:v3/acme/app/app",
        "ssh: connect to deploy@web.example.com: Permission denied (publickey,password).",
        "deploy@web.example.com's password: ",
        "scp app.tar deploy@web.example.com:/srv/app",
        "ssh -p 22 deploy@web.example.com uptime",
        "user@build-7:~/app$ make",
        "[root@ip-10-0-0-7.ec2.internal ~]# systemctl status",
        "root@web.example.com:/# ls",
        "Started user@1000.service - User Manager for UID 1000.",
        "getty@tty1.service: Failed with result 'exit-code'.",
        "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
        "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.7' (using password: NO)",
        'FATAL:  password authentication failed for user "app"',
        "fe_sendauth: no password supplied",
        "Password: ",
        "Enter passphrase for key '/home/jane/.ssh/id_ed25519': ",
        "Password for 'https://jane@github.com': ",
        "password: too short, at least 8 characters",
        "error: password: must not be empty",
        "password: <hidden>",
        "password: ***",
        "password=[MASKED]",
        "password: (sensitive value)",
        "password = var.db_password",
        'password = data.vault_generic_secret.db.data["password"]',
        "DB_PASSWORD: ${DB_PASSWORD}",
        "DB_PASSWORD=$DB_PASSWORD ./run",
        "set PGPASSWORD=%PGPASSWORD%",
        "$env:PGPASSWORD = $env:DB_PASSWORD",
        "password: {{ db_password }}",
        "password=os.environ['DB_PASSWORD']",
        "password: process.env.DB_PASSWORD,",
        "password_file: /run/secrets/db",
        "POSTGRES_PASSWORD_FILE=/run/secrets/db",
        "password=getpass()",
        "use --password-stdin instead of --password for safety",
        "the --password option is required",
        "usage: tool --token TOKEN --password PASSWORD",
        "WARNING! Using --password via the CLI is insecure. Use --password-stdin.",
        "token: ${{ secrets.GITHUB_TOKEN }}",
        "GITHUB_TOKEN: ***",
        "GITHUB_TOKEN=$TOKEN git push",
        "Set the token: see the docs",
        "SyntaxError: Unexpected token: punc (()",
        "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON",
        "Unexpected token = in JSON at position 12",
        "syntax error near unexpected token `('",
        "token_type: bearer",
        '"token_type":"Bearer","expires_in":3600',
        "max_tokens=4096 total_tokens: 8192",
        "max_token=100000",
        "tokenizer=bert-base-uncased",
        "error: invalid token: expected `;`, found `}`",
        "token: expired",
        "Bad credentials: the token is expired",
        "Authorization: Bearer <token>",
        "Authorization: Bearer $TOKEN",
        "Authorization: Bearer ${TOKEN}",
        "Authorization: ***",
        'WWW-Authenticate: Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
        "www-authenticate: Basic realm=\"GitHub\"",
        "HTTP Basic: Access denied",
        "Authorization failed.",
        "Cookie: ***",
        "cookies: enabled",
        "https://docs.github.com/en/authentication/creating-a-personal-access-token",
        "see https://docs.example/reset-password?lang=en",
        "https://example.com:8443/path",
        "https://cdn.example/npm/@scope/pkg@1.2.3/dist/index.js",
        "http://localhost:3000/@vite/client",
        "https://medium.com/@jane/how-to-fix-it",
        "https://x-access-token:***@github.com/acme/app.git",
        "https://oauth2:${TOKEN}@gitlab.com/acme/app.git",
        "https://jane@dev.azure.com/acme/_git/app",
        "https://<user>:<password>@host/path",
        "ssh://git@github.com/acme/app.git",
        f"commit {commit}",
        f"HEAD is now at {commit[:9]} Fix the token cache",
        dice.uuid(),
        f"request id: {dice.uuid()}",
        f"sha256:{digest}",
        f"{digest}  dist/app.tar.gz",
        f"Digest: sha256:{digest}",
        f"docker.io/library/alpine@sha256:{digest}",
        f'integrity="sha512-{dice.base64(86)}=="',
        f"integrity sha512-{dice.base64(86)}==",
        f"SHA256:{dice.base64(43)}",
        f"ssh-rsa AAAAB3NzaC1yc2E{dice.base64(180)} jane",
        f"go: verifying module: checksum mismatch h1:{dice.base64(43)}=",
        f"<img src=\"data:image/png;base64,{picture}\">",
        f"background: url(data:image/gif;base64,{picture})",
        f"//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjoz{picture}",
        "cache key: node-modules-linux-" + digest,
        "Cache restored from key: Linux-pip-" + digest,
        "npm error 404  '@types/node@^20.1.0' is not in this registry.",
        "added @types/node@20.11.5 and vite@5.0.12",
        "uses: actions/checkout@v4.1.1",
        "icon@2x.png",
        "libfoo.so.1@GLIBC_2.34.so",
        "docker run -p 8080:80 --user 1000:1000 nginx",
        "mkdir -p build/password && cp -p a b",
        "ssh -p 2222 web",
        "secretName: my-app-tls",
        "secretKeyRef: {name: db, key: password}",
        "secret: db-credentials",
        'Error: secret "db-credentials" not found',
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
        "secret = arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
        "tests/test_password_reset.py::test_token_expired PASSED",
        "src/auth/token.ts(12,5): error TS2304: Cannot find name 'Token'.",
        "TypeError: login() missing 1 required positional argument: 'password'",
        "KeyError: 'api_key'",
        "openai.AuthenticationError: api_key client option must be set",
        "ValueError: api_key must be a string",
        "Please set ANTHROPIC_API_KEY=<your key>",
        "export OPENAI_API_KEY=your-key-here",
        "ghp_" + "x" * 36,
        "AWS_ACCESS_KEY_ID=AKIA" + "IOSFODNN7EXAMPLE",
        "bypass=1 compass: north",
        "tests: pass=12 fail=0",
        "author=jane",
        "authentication: none",
        "key: value",
        "pk_live_" + dice.alnum(24),
        f"0x{dice.hex(16)} in ?? () from /lib/libc.so.6",
        "task-abcdefghijklmnopqrstuvwxyz0123",
        "com.example.NotificationServiceBuilder.Config.createDefaultHandlerForAllTenants",
        "Merge pull request #12 from acme/rotate-token",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "Load key \"/home/jane/.ssh/id_rsa\": error in libcrypto",
        "basic authentication is not supported",
        "bearer authentication-required-by-server",
        "pod/web-7d9c6b8f5-x2x4z created",
        "s.translateEverythingForUsers",
        "PublicKeyToken=b77a5c561934e089, Version=4.0.0.0",
        "  password: Optional[str] = None",
        "password: string | undefined;",
        "The password is stored in Vault",
        "Error: Resource not accessible by integration token",
        "token_endpoint=https://idp.example/token",
        "secret/data/db: permission denied",
        "password_reset_token_expired (12ms)",
        "apiKey: undefined",
        "authMethod: token",
        "PASS src/token.test.js",
        "--- PASS: TestToken (0.00s)",
        "unexpected token: EOF",
        "credential.helper=/usr/local/share/gcm-core/git-credential-manager",
        "debug1: kex: server->client cipher: chacha20-poly1305@openssh.com MAC: <implicit>",
        "VALUES ('28P01', 'wrong password'), ('53300', 'too many clients')",
        "server-password: GITHUB_TOKEN",
        "persist-credentials: true",
        "the token 9fceb02d0a is short",
        "the token src/auth/token_v2/handler_3.py is odd",
        "https://example.com/items?key=category&page=12",
        "<password></password> is empty",
    ]  # fmt: skip
