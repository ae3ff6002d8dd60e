// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"slices"
	"strings"

	"github.com/passgate/passgate/module/e2e"
)

// mutation changes a request.
type mutation struct {
	name  string
	apply func(*wire)
}

var headerMutations = []mutation{
	{"media type", func(w *wire) {
		w.set("Content-Type", pick(w.Rand,
			"application/yaml", "application/cbor", "application/smile", "application/x-ndjson", "application/*", "text/plain", "*/*",
			"APPLICATION/JSON", "application/json; charset=utf-16", "application/json;charset=UTF-8", "application/json;foo", "application/json;a=b",
			"application/json ; charset=utf-8", "application/json, application/yaml", "application/json;", "", "json",
			"application/vnd.elasticsearch+json", "application/vnd.elasticsearch+json;compatible-with=8", "application/vnd.elasticsearch+yaml;compatible-with=8",
			"application/vnd.elasticsearch+json;compatible-with=9", "application/vnd.elasticsearch+x-ndjson;compatible-with=8", "application/vnd.elasticsearch+json;compatible-with=x",
			"multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/json", "application/json;charset=\"utf-8\"", "application/json;charset=utf-8;charset=utf-16"))
	}},
	{"accept", func(w *wire) {
		w.insert("Accept: " + pick(w.Rand, "application/vnd.elasticsearch+json;compatible-with=7", "application/vnd.elasticsearch+json;compatible-with=8",
			"application/yaml", "*/*", "text/html", "application/vnd.elasticsearch+json;compatible-with=9", "nonsense"))
	}},
	{"versioned media types", func(w *wire) {
		version := pick(w.Rand, "7", "8", "9")
		w.set("Content-Type", "application/vnd.elasticsearch+json;compatible-with="+version)
		w.set("Accept", "application/vnd.elasticsearch+json;compatible-with="+version)
	}},
	{"a real YAML body", func(w *wire) {
		w.set("Content-Type", "application/yaml")
		w.body = []byte(pick(w.Rand, "password: short word\n", "--- {password: short word}\n", "\"pass\\x77ord\": short word\n", "{\"password\": \"short word\"}"))
	}},
	{"a real CBOR body", func(w *wire) {
		w.set("Content-Type", "application/cbor")
		w.body = []byte("\xa1\x68password\x6ashort word")
	}},
	{"two media types", func(w *wire) {
		w.insert("Content-Type: " + pick(w.Rand, "application/json", "application/yaml", "text/plain"))
	}},
	{"gzip", func(w *wire) {
		w.body = e2e.Gzip(w.body)
		w.set("Content-Encoding", pick(w.Rand, "gzip", "gzip", "GZIP", "x-gzip", " gzip ", "gzip, gzip", "gzip,identity", "identity, gzip", "gzip;q=1"))
	}},
	{"deflate", func(w *wire) {
		w.body = pick(w.Rand, e2e.Zlib, e2e.Deflate)(w.body)
		w.set("Content-Encoding", pick(w.Rand, "deflate", "x-deflate", "DEFLATE"))
	}},
	{"snappy", func(w *wire) {
		w.body = e2e.Snappy(w.body)
		w.set("Content-Encoding", "snappy")
	}},
	{"zstd", func(w *wire) {
		w.body = e2e.Zstd(w.body)
		w.set("Content-Encoding", "zstd")
	}},
	{"gzip of two members", func(w *wire) {
		half := len(w.body) / 2
		w.body = append(e2e.Gzip(w.body[:half]), e2e.Gzip(w.body[half:])...)
		w.set("Content-Encoding", "gzip")
	}},
	{"something behind gzip", func(w *wire) {
		w.body = e2e.Gzip(w.body)
		w.body = append(w.body, pick(w.Rand, "x", "\x1f\x8b", "{\"password\":\"short word\"}", "\x00\x00")...)
		w.set("Content-Encoding", "gzip")
	}},
	{"gzip with an extra field", func(w *wire) {
		if len(w.body) > 1<<15 {
			return // a field is no longer than 64 KiB
		}
		w.body = e2e.GzipOfTwo([]byte(`{"password":"another secret"}`), w.body)
		w.set("Content-Encoding", "gzip")
	}},
	{"gzip cut off", func(w *wire) {
		w.body = e2e.Gzip(w.body)
		w.body = w.body[:len(w.body)-1-w.IntN(8)]
		w.set("Content-Encoding", "gzip")
	}},
	{"an encoding as a label", func(w *wire) {
		w.set("Content-Encoding", pick(w.Rand, "br", "zstd", "identity", "foo", "", "gzip", "snappy", "deflate", "compress", "Identity", "gzip, identity", "none"))
	}},
	{"two encodings", func(w *wire) {
		w.body = e2e.Gzip(w.body)
		w.insert("Content-Encoding: " + pick(w.Rand, "gzip", "identity"))
		w.insert("Content-Encoding: " + pick(w.Rand, "gzip", "identity", "deflate"))
	}},
	{"credentials spelled otherwise", func(w *wire) {
		full := basic(pick(w.Rand, login, "eve", "j\xfcrgen") + ":secret")
		w.set("Authorization", pick(w.Rand, strings.TrimRight(full, "="), full+" junk", strings.Replace(full, " ", "  ", 1), strings.ToLower(full[:5])+full[5:],
			full+"=", full+", "+basic("eve:secret"), "ApiKey aWQ6a2V5", "Bearer x", "Negotiate x", strings.Replace(full, " ", "\t", 1), full+"\t "))
	}},
	{"two credentials", func(w *wire) { w.insert("Authorization: " + pick(w.Rand, basic("eve:secret"), basic(login+":secret"))) }},
	{"no credentials", func(w *wire) { w.set("Authorization", "") }},
	{"run as", func(w *wire) { w.insert("es-security-runas-user: " + pick(w.Rand, "eve", "b\xc3\xb6b", "")) }},
	{"run as two", func(w *wire) {
		w.insert("es-security-runas-user: eve")
		w.insert("ES-Security-RunAs-User: mallory")
	}},
	{"headers to be dropped", func(w *wire) {
		w.insert("Connection: " + pick(w.Rand, "Authorization", "close, Content-Type", "keep-alive, Content-Encoding", "es-security-runas-user", "Content-Length", "Transfer-Encoding", "X-Opaque-Id", "Upgrade, HTTP2-Settings", "TE", "close", "Keep-Alive", "Accept"))
	}},
	{"an offer to upgrade", func(w *wire) {
		w.insert("Upgrade: " + pick(w.Rand, "h2c", "websocket", "TLS/1.0", "foo"))
		w.insert("Connection: Upgrade" + pick(w.Rand, "", ", HTTP2-Settings"))
		w.insert("HTTP2-Settings: AAMAAABkAAQAAP__")
	}},
	{"expect", func(w *wire) { w.insert("Expect: " + pick(w.Rand, "100-continue", "100-Continue", "nonsense")) }},
	{"early data", func(w *wire) { w.insert("Early-Data: " + pick(w.Rand, "1", "0")) }},
	{"another method by header", func(w *wire) {
		w.method = pick(w.Rand, w.method, "GET", "DELETE")
		w.insert(pick(w.Rand, "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override") + ": PUT")
	}},
	{"another path by header", func(w *wire) {
		w.insert(pick(w.Rand, "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Uri") + ": /_security/user/eve/_password")
	}},
	{"many headers", func(w *wire) {
		for range pick(w.Rand, 10, 100) {
			w.insert("X-Filler: " + strings.Repeat("a", 20))
		}
	}},
	{"a large header", func(w *wire) { w.insert("X-Filler: " + strings.Repeat("a", pick(w.Rand, 4000, 9000, 20000))) }},
	{"two hosts", func(w *wire) { w.insert("Host: other.test") }},
	{"no host", func(w *wire) {
		w.lines = slices.DeleteFunc(w.lines, func(line string) bool { return strings.HasPrefix(line, "Host:") })
	}},
	{"odd header line", func(w *wire) {
		w.insert(pick(w.Rand, "Content-Type : application/yaml", " Content-Type: application/yaml", "X: a\r\n Content-Type: application/yaml", "Content_Type: application/yaml",
			"Content-Type\t: application/yaml", "X\x00: y", "X: \x00", ": empty", "noColon", "X: a\rContent-Type: application/yaml", "X: a\nContent-Encoding: gzip", "Content.Type: x"))
	}},
	{"underscored names", func(w *wire) { w.insert("es_security_runas_user: eve") }},
}
