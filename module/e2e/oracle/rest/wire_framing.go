// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/passgate/passgate/module/e2e"
)

// chunked writes the body in pieces. Each size line and end is what the two
// functions say.
func chunked(header string, size func(*wire, int) string, end string) func(*wire) []byte {
	return func(w *wire) []byte {
		if header != "" {
			w.lines = append(w.lines, header)
		}
		var b bytes.Buffer
		for rest := w.body; len(rest) > 0; {
			n := 1 + w.IntN(len(rest))
			fmt.Fprintf(&b, "%s\r\n%s\r\n", size(w, n), rest[:n])
			rest = rest[n:]
		}
		b.WriteString("0" + end)
		return b.Bytes()
	}
}

func hex(_ *wire, n int) string { return fmt.Sprintf("%x", n) }

const te = "Transfer-Encoding: chunked"

// framing sets the framing and says whether the connection may go wrong.
func framing(odd bool, f func(*wire) []byte) func(*wire) {
	return func(w *wire) { w.framing, w.odd = f, w.odd || odd }
}

// anyOf leaves the choice to the request's own randomness.
func anyOf(odd bool, all ...func(*wire) []byte) func(*wire) {
	return func(w *wire) { framing(odd, all[w.IntN(len(all))])(w) }
}

// lengths writes Content-Length lines and the body as it is.
func lengths(values ...func(n int) string) func(*wire) []byte {
	return func(w *wire) []byte {
		for _, value := range values {
			w.lines = append(w.lines, "Content-Length: "+value(len(w.body)))
		}
		return w.body
	}
}

func format(f string) func(int) string  { return func(n int) string { return fmt.Sprintf(f, n) } }
func plus(more int) func(int) string    { return func(n int) string { return fmt.Sprint(n + more) } }
func times(f string) func(n int) string { return func(n int) string { return fmt.Sprintf(f, n, n) } }

var framingMutations = []mutation{
	{"chunked", framing(false, chunked(te, hex, "\r\n\r\n"))},
	{"chunk sizes spelled otherwise", anyOf(true,
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%X", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("000%x", n) }, "000\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("0x%x", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("+%x", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf(" %x", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x ", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x\t", n) }, " \r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x\n", n) }, "\n\n"),
	)},
	{"chunk extensions", anyOf(true,
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x;a=b", n) }, ";x\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x ; a=\"b;c\"", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x;a=\"\n", n) }, "\r\n\r\n"),
		chunked(te, func(_ *wire, n int) string { return fmt.Sprintf("%x;", n) + strings.Repeat("a", 300) }, "\r\n\r\n"),
	)},
	{"trailers", anyOf(true,
		chunked(te, hex, "\r\nX-Trailer: y\r\n\r\n"),
		chunked(te, hex, "\r\nContent-Type: application/yaml\r\n\r\n"),
		chunked(te, hex, "\r\nAuthorization: "+basic("eve:secret")+"\r\n\r\n"),
		chunked(te, hex, "\r\nes-security-runas-user: eve\r\n\r\n"),
		chunked("Trailer: Content-Encoding\r\n"+te, hex, "\r\nContent-Encoding: gzip\r\n\r\n"),
		chunked("Trailer: es-security-runas-user\r\n"+te, hex, "\r\nes-security-runas-user: eve\r\n\r\n"),
	)},
	{"chunks that end early", anyOf(true,
		chunked(te, hex, ""), chunked(te, hex, "\r\n"),
		func(w *wire) []byte { b := chunked(te, hex, "\r\n\r\n")(w); return b[:len(b)-5-w.IntN(len(b)-4)] },
	)},
	{"transfer coding spelled otherwise", anyOf(true,
		chunked("Transfer-Encoding: Chunked", hex, "\r\n\r\n"), chunked("Transfer-Encoding:\tchunked", hex, "\r\n\r\n"),
		chunked("Transfer-Encoding: chunked, identity", hex, "\r\n\r\n"), chunked("Transfer-Encoding: identity, chunked", hex, "\r\n\r\n"),
		chunked("Transfer-Encoding: xchunked", hex, "\r\n\r\n"), chunked("Transfer-Encoding : chunked", hex, "\r\n\r\n"),
		chunked("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", hex, "\r\n\r\n"), chunked("Transfer-Encoding: \x0bchunked", hex, "\r\n\r\n"),
		chunked("Transfer-Encoding:\r\n chunked", hex, "\r\n\r\n"), chunked("Transfer_Encoding: chunked", hex, "\r\n\r\n"),
		chunked("Transfer-Encoding: \"chunked\"", hex, "\r\n\r\n"), chunked("transfer-encoding: cHuNkEd", hex, "\r\n\r\n"),
	)},
	{"gzip as a transfer coding", func(w *wire) {
		w.body = e2e.Gzip(w.body)
		framing(true, chunked("Transfer-Encoding: "+pick(w.Rand, "gzip, chunked", "gzip", "chunked, gzip", "x-gzip, chunked"), hex, "\r\n\r\n"))(w)
	}},
	{"length and chunks", anyOf(true,
		func(w *wire) []byte {
			return chunked(fmt.Sprintf("Content-Length: %d\r\n%s", len(w.body), te), hex, "\r\n\r\n")(w)
		},
		func(w *wire) []byte { return chunked("Content-Length: 3\r\n"+te, hex, "\r\n\r\n")(w) },
		func(w *wire) []byte { return chunked(te+"\r\nContent-Length: 0", hex, "\r\n\r\n")(w) },
	)},
	{"length spelled otherwise", anyOf(true,
		lengths(format("+%d")), lengths(format("0%d")), lengths(format("%d ")), lengths(format("%d,")), lengths(times("%d, %d")), lengths(format("0x%x")),
		lengths(format("%d.0")), lengths(format("-%d")), lengths(format("%d;a")),
	)},
	{"two lengths", anyOf(true,
		lengths(plus(0), plus(0)), lengths(plus(0), plus(-3)), lengths(plus(-3), plus(0)), lengths(plus(0), func(int) string { return "0" }),
	)},
	{"no length", framing(true, func(w *wire) []byte { return w.body })},
	{"length too short", func(w *wire) {
		w.odd = true
		w.framing = lengths(plus(-min(len(w.body), 1+w.IntN(4))))
	}},
	{"length too long", framing(true, lengths(plus(3)))},
	{"another request inside", func(w *wire) {
		w.odd = true
		w.framing = func(w *wire) []byte {
			w.lines = append(w.lines, "Content-Length: "+fmt.Sprint(len(w.body)))
			return append(append([]byte(nil), w.body...), w.second()...)
		}
	}},
	{"another request behind chunks", func(w *wire) {
		w.odd = true
		w.framing = func(w *wire) []byte {
			b := chunked(pick(w.Rand, te, fmt.Sprintf("Content-Length: %d\r\n", len(w.body)+60)+te, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"), hex, "\r\n\r\n")(w)
			return append(b, w.second()...)
		}
	}},
	{"another request in a harmless body", func(w *wire) {
		w.odd = true
		w.method, w.target = pick(w.Rand, "GET", "POST", "DELETE"), pick(w.Rand, "/_search", "/_security/user/_has_privileges", "/_security/user/bob")
		second := w.second()
		w.framing = func(w *wire) []byte {
			switch w.IntN(4) {
			case 0:
				w.lines = append(w.lines, "Content-Length: 0")
			case 1:
				w.lines = append(w.lines, fmt.Sprintf("Content-Length: %d", len(second)), te)
				second = "0\r\n\r\n" + second
			case 2:
				w.lines = append(w.lines, fmt.Sprintf("Content-Length: %d", len(second)))
			}
			return []byte(second)
		}
	}},
	{"old protocol", func(w *wire) {
		w.version = pick(w.Rand, "HTTP/1.0", "HTTP/1.0", "HTTP/0.9", "", "http/1.1", "HTTP/1.2", "HTTP/2.0", "HTTP/1.1 x", "HTTP/01.1")
	}},
	{"bare line feeds", func(w *wire) { w.eol = pick(w.Rand, "\n", "\n", "\r", "\r\r\n") }},
	{"lines in front", func(w *wire) { w.lead = pick(w.Rand, "\r\n", "\r\n\r\n", "\n", " ", "\x00") }},
	{"blanks in the request line", func(w *wire) {
		w.odd = true
		w.target = pick(w.Rand, " "+w.target, w.target+" ", w.target+"\t", "\t"+w.target, w.target+" x", w.target+"\x0b")
	}},
	{"something behind", func(w *wire) {
		w.odd = true
		w.behind = []byte(pick(w.Rand, "\r\n", "x", "\x00", " \r\n\r\n", w.second()))
	}},
}
