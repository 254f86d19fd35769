"""What people say, and what programs and pages say for it. One line a word: `asked: said said …`.

Only for questions in plain words; a word that a program prints is compared as it stands.
"""

from __future__ import annotations

_LINES = """
ram: memory heap oom
oom: memory killed
memory: heap oom
taken: use already
occupied: use already
busy: use locked
pat: personal access token
credential: authentication credentials token
credentials: authentication token
creds: credentials authentication
login: authentication credentials unauthorized
logged: authentication authenticated
signin: authentication
auth: authentication authorization
password: authentication
passwords: authentication
permission: denied eacces
permissions: denied eacces permission
allowed: permission denied
allow: permission denied
rights: permission denied
sudo: permission root eacces
root: permission sudo
forbidden: denied 403
blocked: denied refused policy
refuses: refused denied
refuse: refused denied
rejects: rejected
reject: rejected
declined: rejected denied
reinstall: changed identification
reinstalled: changed identification
mitm: identification changed
expired: token lapsed
expires: expired
expiry: expired
outdated: old version
old: version unsupported deprecated
deprecated: removed unsupported
removed: unsupported deprecated
upgrade: version newer
update: version
downgrade: version
newer: version requires
crash: failed exception crashed
crashes: failed exception
crashing: crashloopbackoff failed
dies: killed exited
died: killed exited
killed: terminated oom signal
kill: killed
restart: restarting restarted
restarting: crashloopbackoff back-off
restarts: restarting crashloopbackoff
hangs: timeout timed
hang: timeout timed
stuck: timeout waiting lock
slow: timeout timed
timeout: timed exceeded
timeouts: timed timeout exceeded
forever: timeout pending
missing: found module
gone: found exist
lost: connection missing
nonexistent: exist found
exist: found such
exists: already
duplicate: already exists
twice: already duplicate
locked: lock
lock: locked acquire
leased: lock lease
full: space left quota
disk: space device
space: disk left
quota: exceeded limit
big: large limit size
huge: large limit
large: limit size
too: exceeded limit
long: exceeded maximum
limit: exceeded maximum
cert: certificate
certs: certificate
ca: certificate issuer authority
ssl: certificate tls
tls: certificate ssl
https: certificate tls
selfsigned: self signed certificate
corporate: proxy certificate
company: proxy certificate
vpn: proxy network
firewall: blocked timed refused
offline: resolve network
internet: network resolve
network: connection resolve
dns: resolve host lookup
domain: host resolve
hostname: host resolve
unreachable: connect refused connection
connect: connection refused
dep: dependency
deps: dependency dependencies
dependency: dependencies resolve
package: module dependency
packages: dependencies module
pkg: package
module: package found
lib: library
libs: library
libraries: library shared
library: shared object
plugin: plugins load
import: module imported
imports: import module
env: environment variable
var: variable
vars: variables
repo: repository
repos: repository
dir: directory
folder: directory
path: file directory
config: configuration
conf: configuration
setting: configuration option
settings: configuration
file: path
args: arguments argument
param: parameter argument
params: parameters
func: function
db: database
mongo: mongodb
psql: postgresql postgres
postgres: postgresql
pg: postgresql
sql: database query
table: relation
column: field
migration: migrations migrate
k8s: kubernetes kubectl
kube: kubernetes
pod: kubernetes container
node_modules: npm modules
js: javascript
ts: typescript
py: python
venv: environment virtual
conda: environment
golang: go
container: docker
containers: docker
image: pull manifest
dockerfile: docker build
registry: pull denied
pipeline: job workflow
ci: job runner workflow
action: workflow actions
actions: workflow
workflow: actions github
runner: job actions
cant: cannot unable could
cannot: unable could
wont: failed cannot
doesnt: cannot not
unable: cannot could
failing: failed
fails: failed
fail: failed
broken: failed error invalid corrupt
invalid: malformed
wrong: invalid mismatch expected
mismatch: match does
corrupted: corrupt invalid
owned: ownership owner dubious
owner: ownership
someone: dubious
thread: concurrent
threads: concurrent locked
concurrent: simultaneous lock
parallel: concurrent
loop: recursion infinite
null: undefined nil none
nil: null pointer
undefined: null defined
none: nonetype null
blank: empty
empty: missing
key: token
secret: token key
secrets: token secret
api: key request
throttled: rate limit
throttling: rate limit
ratelimit: rate limit requests
429: rate limit requests
401: unauthorized authentication
403: forbidden denied
404: found exist
413: entity large
500: internal server
502: bad gateway upstream
503: unavailable
504: gateway timeout
gpu: cuda
vram: cuda memory
weights: model checkpoint
download: fetch
downloading: fetch
upload: push
push: rejected remote
pull: fetch merge
clone: fetch repository
checkout: clone fetch
commit: push
merge: conflict histories
branch: ref refspec
tag: ref version
submodule: submodules
main: master refspec
master: main refspec
arm: platform architecture arm64
m1: arm64 platform architecture
apple: arm64 darwin platform
architecture: platform exec format
windows: win32
mac: macos darwin
ubuntu: debian linux
alpine: musl linux
port: address use
address: port use
socket: connect daemon
daemon: running connect
service: unit systemd
systemctl: systemd service
cron: schedule
header: headers origin
cors: origin access-control
iframe: frame policy
inline: script policy
types: declaration typescript
typings: declaration types
typing: declaration
hook: hooks
hooks: hook rendered
render: rendering component
hydrate: hydration
ssr: server hydration
"""

SAID: dict[str, tuple[str, ...]] = {
    asked: tuple(said.split()) for asked, _, said in (line.partition(":") for line in _LINES.strip().splitlines())
}
