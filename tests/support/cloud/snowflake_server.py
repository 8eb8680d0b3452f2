"""A stand-in for Snowflake's SQL API, version 2, for tests: built from the exchanges that Snowflake documents, not from a Snowflake. On a port
beside it fakesnow's own server speaks to Snowflake's drivers, of the same tables; that one lets everybody in.

What the statements say is real: fakesnow runs them on DuckDB. What is checked as Snowflake does: key-pair tokens by their signature, issuer
and lifetime, other tokens by their text. Statements are asynchronous when they ask for it; rows come in partitions, from the second on gzipped
and without a description. A statement that holds the comment /* never */ runs until it is cancelled.

Reads a JSON object from standard input: {"account", "users": {name: public key in PEM}, "tokens": {text: kind}, "sql": [statements],
"partition": rows}. Prints `listening <port>, drivers <port>`. GET /_log answers with what was asked.
"""

import base64
import datetime
import decimal
import gzip
import hashlib
import json
import re
import socket
import sys
import threading
import time
import urllib.parse
import uuid
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

warnings.simplefilter("ignore")

import fakesnow.server  # noqa: E402
import jwt  # noqa: E402
import snowflake.connector  # noqa: E402
import uvicorn  # noqa: E402
from cryptography.hazmat.primitives import serialization  # noqa: E402

TYPES = {0: "fixed", 1: "real", 2: "text", 3: "date", 5: "variant", 6: "timestamp_ltz", 7: "timestamp_tz", 8: "timestamp_ntz",
         9: "object", 10: "array", 11: "binary", 12: "time", 13: "boolean"}
EPOCH = datetime.datetime(1970, 1, 1)


def fingerprint(pem):
    key = serialization.load_pem_public_key(pem.encode())
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "SHA256:" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def seconds(delta):
    micros = delta // datetime.timedelta(microseconds=1)
    sign = "-" if micros < 0 else ""
    return f"{sign}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06}000"


def wire(kind, scale, value):
    """A value as the API sends it."""
    if value is None:
        return None
    if kind == "fixed":
        return f"{decimal.Decimal(value):.{scale or 0}f}"
    if kind == "date":
        return str((value - EPOCH.date()).days)
    if kind == "time":
        return seconds(datetime.datetime.combine(EPOCH.date(), value) - EPOCH)
    if kind == "timestamp_ntz":
        return seconds(value.replace(tzinfo=None) - EPOCH)
    if kind in ("timestamp_tz", "timestamp_ltz"):
        utc = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return seconds(utc - EPOCH) + (" 1440" if kind == "timestamp_tz" else "")
    if kind == "binary":
        return bytes(value).hex().upper()
    if kind == "boolean":
        return "true" if value else "false"
    return str(value)


def in_snowflakes_words(message):
    """What is missing, as Snowflake tells it; DuckDB's words are others."""
    missing = re.match(r'Catalog Error: Table with name "?([\w.]+)"? does not exist(?: because schema "(\w+)\.)?', message)
    if not missing:
        return message
    what = f"Database '{missing[2]}'" if missing[2] else f"Object '{missing[1]}'"
    return f"SQL compilation error:\n{what} does not exist or not authorized."


class Statement:
    def __init__(self, text, database, schema):
        self.database, self.schema = database, schema
        self.handle = str(uuid.uuid4())
        self.text = text
        self.status, self.error = "running", None
        self.columns, self.partitions = [], [[]]


class Server:
    def __init__(self, given):
        self.account = given["account"].upper()
        self.users = {name.upper(): (pem, fingerprint(pem)) for name, pem in given["users"].items()}
        self.tokens = given["tokens"]
        self.size = given.get("partition", 1000)
        self.statements, self.log = {}, []
        self.lock = threading.Lock()
        self.connection = fakesnow.server.shared_fs.connect("SHOP", "PUBLIC")
        for statement in given["sql"]:
            self.connection.cursor().execute(statement)

    def refusal(self, headers):
        """Why the request is not authenticated, or None."""
        kind = headers.get("X-Snowflake-Authorization-Token-Type", "")
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return "390101", "Authorization header not found in the request data."
        if kind != "KEYPAIR_JWT":
            return None if self.tokens.get(token) == kind else ("390303", "Invalid OAuth access token.")
        try:
            subject = jwt.decode(token, options={"verify_signature": False})["sub"]
            account, _, user = subject.partition(".")
            pem, print_ = self.users[user]
            claims = jwt.decode(token, pem, algorithms=["RS256"], issuer=f"{subject}.{print_}",
                                options={"require": ["exp", "iat", "iss", "sub"]})
            valid = account == self.account and claims["exp"] - claims["iat"] <= 3600 and claims["iat"] <= time.time() + 60
        except (jwt.PyJWTError, KeyError):
            valid = False
        return None if valid else ("390144", "JWT token is invalid.")

    def enter(self, cursor, statement):
        """Where the request says, if there is such a place: a statement that needs none runs anyhow."""
        try:
            cursor.execute(f'USE SCHEMA "{statement.database}"."{statement.schema}"')
        except snowflake.connector.errors.ProgrammingError:
            pass

    def run(self, statement):
        if "/* never */" in statement.text:
            return
        try:
            with self.lock:
                cursor = self.connection.cursor()
                self.enter(cursor, statement)
                cursor.execute(statement.text)
                description, rows = cursor.description, cursor.fetchall()
            kinds = [(TYPES[each.type_code], each.precision, each.scale) for each in description]
            statement.columns = [
                {"name": each.name, "type": kind, "precision": precision, "scale": scale, "nullable": bool(each.is_nullable)}
                for each, (kind, precision, scale) in zip(description, kinds)]
            sent = [[wire(kind, scale, value) for value, (kind, _, scale) in zip(row, kinds)] for row in rows]
            statement.partitions = [sent[at:at + self.size] for at in range(0, len(sent), self.size)] or [[]]
            statement.status = "done"
        except snowflake.connector.errors.Error as error:
            message = in_snowflakes_words(error.raw_msg or str(error))
            statement.error = {"code": f"{error.errno:06}", "message": message, "sqlState": error.sqlstate}
            statement.status = "failed"
        except Exception as error:  # of this stand-in or of fakesnow: told, so that no test waits for it
            statement.error = {"code": "000603", "message": f"SQL execution internal error: {error}", "sqlState": "XX000"}
            statement.status = "failed"

    def submit(self, body, asynchronous):
        statement = Statement(body["statement"], body.get("database", "SHOP"), body.get("schema", "PUBLIC"))
        self.statements[statement.handle] = statement
        if not asynchronous:
            self.run(statement)
            return self.result(statement, 0)
        threading.Thread(target=self.run, args=[statement], daemon=True).start()
        return self.result(statement, 0, submitted=True)

    def result(self, statement, partition, submitted=False):
        told = {"statementHandle": statement.handle, "statementStatusUrl": f"/api/v2/statements/{statement.handle}"}
        if submitted or statement.status == "running":
            return 202, {"code": "333334", "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring "
                         "and management.", **told}
        if statement.status == "cancelled":
            return 422, {"code": "000604", "message": "SQL execution canceled", "sqlState": "57014", **told}
        if statement.status == "failed":
            return 422, {**statement.error, **told}
        if partition >= len(statement.partitions):
            return 404, {"code": "391918", "message": "The requested partition does not exist."}
        rows = statement.partitions[partition]
        if partition > 0:
            return 200, {"data": rows}
        info = [{"rowCount": len(each), "uncompressedSize": len(json.dumps(each))} for each in statement.partitions]
        return 200, {"code": "090001", "message": "Statement executed successfully.", "sqlState": "00000", **told, "data": rows,
                     "resultSetMetaData": {"numRows": sum(map(len, statement.partitions)), "format": "jsonv2", "partitionInfo": info,
                                           "rowType": statement.columns}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_state = None

    def log_message(self, *_):
        pass

    def answer(self, status, body, compressed=False):
        payload = json.dumps(body).encode()
        if compressed:
            payload = gzip.compress(payload)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if compressed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def handle_request(self, method):
        state = self.server_state
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path == "/_log":
            return self.answer(200, state.log)
        if not url.path.startswith("/api/v2/statements"):
            return self.answer(404, {"code": "390404", "message": "The requested path does not exist."})
        refused = state.refusal(self.headers)
        if refused:
            return self.answer(401, {"code": refused[0], "message": refused[1]})
        parts = url.path.removeprefix("/api/v2/statements").strip("/").split("/")
        if method == "POST" and parts == [""]:
            try:
                given = json.loads(body)
                given["statement"]
            except (ValueError, KeyError):
                return self.answer(400, {"code": "391902", "message": "Unable to parse request body."})
            state.log.append({"statement": given})
            return self.answer(*state.submit(given, query.get("async") == "true"))
        statement = state.statements.get(parts[0])
        if statement is None:
            return self.answer(404, {"code": "391910", "message": "The requested statement handle does not exist."})
        if method == "POST" and parts[1:] == ["cancel"]:
            statement.status = "cancelled"
            state.log.append({"cancelled": statement.text})
            return self.answer(200, {"code": "000604", "message": "SQL execution canceled", "statementHandle": statement.handle})
        partition = int(query.get("partition", "0"))
        if partition > 0:
            state.log.append({"partition": partition})
        return self.answer(*state.result(statement, partition), compressed=partition > 0)

    def do_GET(self):
        self.handle_request("GET")

    def do_POST(self):
        self.handle_request("POST")


def main():
    given = json.load(sys.stdin)
    Handler.server_state = Server(given)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    drivers = socket.create_server(("127.0.0.1", 0))
    drivers_server = uvicorn.Server(uvicorn.Config(fakesnow.server.app, log_level="error"))
    threading.Thread(target=drivers_server.run, args=([drivers],), daemon=True).start()
    print(f"listening {server.server_port}, drivers {drivers.getsockname()[1]}", flush=True)
    server.serve_forever()


main()
