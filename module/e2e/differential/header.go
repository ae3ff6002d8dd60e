// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/passgate/passgate/module/e2e"
)

// mutation changes a request before it is written down.
type mutation struct {
	name  string
	apply func(*draft)
}

// labelled compresses the body and says so in one of the ways given.
func labelled(encode func([]byte) []byte, labels ...string) func(*draft) {
	return func(d *draft) {
		d.body = encode(d.body)
		d.set("Content-Encoding", pick(d.Rand, labels...))
	}
}

// inAnotherFormat are bodies that say the same in what the clusters read besides
// JSON (RFC 8949 for CBOR; Jackson's SMILE; YAML 1.1).
func (d *draft) inAnotherFormat() {
	if strings.HasPrefix(d.Route, "patch") {
		return
	}
	text := func(s string) string { return string(rune(0x60+len(s))) + s } // CBOR, below 24 bytes
	short := func(s string) string { return string(rune(0x40+len(s)-1)) + s }
	switch d.IntN(4) {
	case 0:
		d.set("Content-Type", "application/yaml")
		d.body = fmt.Appendf(nil, pick(d.Rand, "password: %s\n", "--- {password: %s}\n", "\"pass\\x77ord\": %s\n", "? password\n: %s\n", "p: &x %s\npassword: *x\n", "!!map {password: %s, roles: []}\n"), d.forbidden)
	case 1:
		d.set("Content-Type", "application/cbor")
		d.body = append([]byte{0xa1}, text("password")+text(d.forbidden)...)
	case 2:
		d.set("Content-Type", "application/cbor")
		d.body = append([]byte{0xbf}, text("password")+text(d.forbidden)+"\xff"...)
		d.body = append([]byte{0xd9, 0xd9, 0xf7}, d.body...) // self-described
	case 3:
		d.set("Content-Type", "application/smile")
		d.body = append([]byte(":)\n\x00\xfa\x87password"), short(d.forbidden)+"\xfb"...)
	}
}

var headerMutations = []mutation{
	{"media type", func(d *draft) {
		d.set("Content-Type", pick(d.Rand,
			"application/yaml", "application/cbor", "application/smile", "application/x-ndjson", "application/*", "text/plain", "*/*", "APPLICATION/JSON",
			"application/json; charset=utf-16", "application/json;charset=UTF-8", "application/json;foo", "application/json ; charset=utf-8", "application/json, application/yaml",
			"application/json;", "", "json", "application/vnd.elasticsearch+json;compatible-with=7", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded",
			"text/json", "application/json;charset=iso-8859-1", "application/json\t", "application/json;charset=utf-8;charset=utf-16"))
	}},
	{"no media type", func(d *draft) { d.lines = d.lines[:2] }},
	{"another format", (*draft).inAnotherFormat},
	{"another format", (*draft).inAnotherFormat},
	{"two media types", func(d *draft) {
		d.insert("Content-Type: " + pick(d.Rand, "application/json", "application/yaml", "text/plain"))
	}},
	{"gzip", labelled(e2e.Gzip, "gzip", "gzip", "GZIP", "x-gzip", " gzip ", "gzip, gzip", "gzip,identity", "gzip;q=1")},
	{"deflate", labelled(e2e.Zlib, "deflate", "x-deflate", "DEFLATE")},
	{"raw deflate", labelled(e2e.Deflate, "deflate", "x-deflate")},
	{"snappy", labelled(e2e.Snappy, "snappy", "Snappy", "x-snappy-framed")},
	{"zstd", labelled(e2e.Zstd, "zstd")},
	{"gzip of two members", func(d *draft) {
		at := d.IntN(len(d.body) + 1)
		d.body = append(e2e.Gzip(d.body[:at]), e2e.Gzip(d.body[at:])...)
		d.set("Content-Encoding", "gzip")
	}},
	{"gzip in gzip", func(d *draft) {
		d.body = e2e.Gzip(e2e.Gzip(d.body))
		d.set("Content-Encoding", pick(d.Rand, "gzip", "gzip, gzip"))
	}},
	{"something behind gzip", func(d *draft) {
		d.body = append(e2e.Gzip(d.body), pick(d.Rand, "x", "\x1f\x8b", `{"password":"`+d.good+`"}`, "\x00\x00")...)
		d.set("Content-Encoding", "gzip")
	}},
	{"gzip with an extra field", func(d *draft) {
		if len(d.body) > 1<<15 {
			return // a field is no longer than 64 KiB
		}
		d.body = e2e.GzipOfTwo(bytes.ReplaceAll(d.body, []byte(d.forbidden), []byte(d.good)), d.body)
		d.set("Content-Encoding", "gzip")
	}},
	{"gzip cut off", func(d *draft) {
		d.body = e2e.Gzip(d.body)
		d.body = d.body[:len(d.body)-1-d.IntN(8)]
		d.set("Content-Encoding", "gzip")
	}},
	{"an encoding as a label", func(d *draft) {
		d.set("Content-Encoding", pick(d.Rand, "br", "zstd", "identity", "foo", "", "gzip", "snappy", "deflate", "compress", "Identity", "gzip, identity", "none", "identity, identity"))
	}},
	{"two encodings", func(d *draft) {
		d.insert("Content-Encoding: " + pick(d.Rand, "identity", "snappy", "br"))
		d.insert("Content-Encoding: " + pick(d.Rand, "gzip", "identity", "deflate"))
	}},
	{"credentials repeated", func(d *draft) {
		d.insert(pick(d.Rand, "Authorization: ", "authorization: ", "AUTHORIZATION:") + strings.TrimPrefix(d.lines[1], "Authorization: "))
	}},
	{"other credentials as well", func(d *draft) {
		d.insert("Authorization: " + pick(d.Rand, "Basic "+base64.StdEncoding.EncodeToString([]byte("eve:x")), "Bearer x", "ApiKey aWQ6a2V5", "Negotiate x"))
	}},
	{"run as another", func(d *draft) {
		d.insert(pick(d.Rand, "es-security-runas-user: ", "ES-Security-RunAs-User: ", "opendistro_security_impersonate_as: ") + pick(d.Rand, d.user, "eve", d.agent, ""))
	}},
	{"headers to be dropped", func(d *draft) {
		d.insert("Connection: " + pick(d.Rand, "Authorization", "close, Content-Type", "keep-alive, Content-Encoding", "es-security-runas-user", "Content-Length", "Transfer-Encoding",
			"Upgrade, HTTP2-Settings", "TE", "close", "Keep-Alive", "Accept", "Host", "X"))
	}},
	{"an offer to upgrade", func(d *draft) {
		d.insert("Upgrade: " + pick(d.Rand, "h2c", "websocket", "TLS/1.0", "foo"))
		d.insert("Connection: Upgrade" + pick(d.Rand, "", ", HTTP2-Settings"))
		d.insert("HTTP2-Settings: AAMAAABkAAQAAP__")
	}},
	{"expect", func(d *draft) { d.insert("Expect: " + pick(d.Rand, "100-continue", "100-Continue", "nonsense")) }},
	{"early data", func(d *draft) { d.insert("Early-Data: " + pick(d.Rand, "1", "0")) }},
	{"another method by header", func(d *draft) {
		d.method = pick(d.Rand, d.method, "GET", "POST")
		d.insert(pick(d.Rand, "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override") + ": PUT")
	}},
	{"another path by header", func(d *draft) {
		d.insert(pick(d.Rand, "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Uri") + ": " + d.target)
		if d.IntN(2) == 0 {
			d.target = "/"
		}
	}},
	{"accept", func(d *draft) {
		d.insert("Accept: " + pick(d.Rand, "application/vnd.elasticsearch+json;compatible-with=7", "application/yaml", "*/*", "text/html", "nonsense", "application/cbor"))
	}},
	{"range and conditions", func(d *draft) {
		d.insert(pick(d.Rand, "Range: bytes=0-1", "If-None-Match: *", "If-Match: x", "Content-Range: bytes 0-1/2", "Max-Forwards: 0", "Cache-Control: only-if-cached", "Content-Language: de", "Content-MD5: x", "Content-Location: /x"))
	}},
	{"a large header", func(d *draft) { d.insert("X-Filler: " + strings.Repeat("a", pick(d.Rand, 4000, 7000, 20000))) }},
	{"two hosts", func(d *draft) { d.insert("Host: other.test") }},
	{"no host", func(d *draft) { d.lines = d.lines[1:] }},
	{"odd header line", func(d *draft) {
		d.insert(pick(d.Rand, "Content-Type : application/yaml", " Content-Type: application/yaml", "X: a\r\n Content-Type: application/yaml", "Content_Type: application/yaml",
			"Content-Type\t: application/yaml", "X\x00: y", "X: \x00", ": empty", "noColon", "X: a\rContent-Type: application/yaml", "X: a\nContent-Encoding: gzip", "Content.Type: x"))
	}},
}
