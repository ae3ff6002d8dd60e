// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/passgate/passgate/module/e2e"
)

// chunked writes the body in pieces (RFC 9112, section 7.1).
func chunked(header, size, end string) func(*draft) []byte {
	return func(d *draft) []byte {
		if header != "" {
			d.lines = append(d.lines, strings.Split(header, "\n")...)
		}
		var b bytes.Buffer
		for rest := d.body; len(rest) > 0; {
			n := 1 + d.IntN(len(rest))
			fmt.Fprintf(&b, size+"\r\n%s\r\n", n, rest[:n])
			rest = rest[n:]
		}
		b.WriteString("0" + end)
		return b.Bytes()
	}
}

const (
	transfer = "Transfer-Encoding: chunked"
	lastLine = "\r\n\r\n"
)

// anyFrame leaves the choice to the request's own randomness. cut says that a
// reader may wait for more than there is.
func anyFrame(cut bool, from ...func(*draft) []byte) func(*draft) {
	return func(d *draft) {
		d.frame = pick(d.Rand, from...)
		d.cut = d.cut || cut
	}
}

// lengths writes Content-Length lines by formats of the length, and the body.
func lengths(off int, formats ...string) func(*draft) []byte {
	return func(d *draft) []byte {
		n := max(0, len(d.body)+off)
		for _, format := range formats {
			if strings.Contains(format, "%") {
				format = fmt.Sprintf(format, n)
			}
			d.lines = append(d.lines, "Content-Length: "+format)
		}
		return d.body
	}
}

// neighbour is a harmless request of the same caller.
func (d *draft) neighbour(length string) string {
	return "POST /_search HTTP/1.1\r\nHost: cluster.test\r\n" + d.lines[1] + "\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n"
}

// hidden puts the whole request behind something that one reader may take for
// less, or more, than it is (RFC 9112, section 11.2).
func hidden(in func(d *draft, whole []byte) []byte) func(*draft) {
	return func(d *draft) {
		d.cut, d.answers = true, 2
		outer := d.frame
		d.frame = func(d *draft) []byte {
			body := outer(d)
			whole := slices.Concat([]byte(d.method+" "+d.target+d.version+"\r\n"+strings.Join(d.lines, "\r\n")+"\r\n\r\n"), body)
			d.lead, d.after = "", nil
			return in(d, whole)
		}
	}
}

// instead sends bytes in the request's place.
func (d *draft) instead(text []byte) []byte {
	line, rest, _ := bytes.Cut(text, []byte("\r\n"))
	d.method, d.target, _ = strings.Cut(string(line), " ")
	d.version = "" // stands behind the target already
	head, body, _ := bytes.Cut(rest, []byte("\r\n\r\n"))
	d.lines, d.eol = strings.Split(string(head), "\r\n"), "\r\n"
	return body
}

var framingMutations = []mutation{
	{"chunked", anyFrame(false, chunked(transfer, "%x", lastLine))},
	{"chunked", anyFrame(false, chunked(transfer, "%x", lastLine))},
	{"chunk sizes spelled otherwise", anyFrame(true,
		chunked(transfer, "%X", lastLine), chunked(transfer, "000%x", "000"+lastLine), chunked(transfer, "0x%x", lastLine), chunked(transfer, "+%x", lastLine),
		chunked(transfer, " %x", lastLine), chunked(transfer, "%x ", lastLine), chunked(transfer, "%x\t", " "+lastLine))},
	{"chunk extensions", anyFrame(true,
		chunked(transfer, "%x;a=b", ";x"+lastLine), chunked(transfer, "%x ; a=\"b;c\"", lastLine), chunked(transfer, "%x;a=\"", lastLine))},
	{"trailers", anyFrame(true,
		chunked(transfer, "%x", "\r\nX-Trailer: y"+lastLine), chunked(transfer, "%x", "\r\nContent-Type: application/yaml"+lastLine),
		chunked(transfer, "%x", "\r\nes-security-runas-user: eve"+lastLine), chunked("Trailer: Content-Encoding\n"+transfer, "%x", "\r\nContent-Encoding: gzip"+lastLine))},
	{"chunks that end early", anyFrame(true, chunked(transfer, "%x", ""), chunked(transfer, "%x", "\r\n"))},
	{"transfer coding spelled otherwise", anyFrame(true,
		chunked("Transfer-Encoding: Chunked", "%x", lastLine), chunked("Transfer-Encoding:\tchunked", "%x", lastLine), chunked("Transfer-Encoding: chunked, identity", "%x", lastLine),
		chunked("Transfer-Encoding: identity, chunked", "%x", lastLine), chunked("Transfer-Encoding: xchunked", "%x", lastLine), chunked("Transfer-Encoding : chunked", "%x", lastLine),
		chunked("Transfer-Encoding: chunked\nTransfer-Encoding: chunked", "%x", lastLine), chunked("Transfer-Encoding: \x0bchunked", "%x", lastLine),
		chunked("Transfer_Encoding: chunked", "%x", lastLine), chunked("transfer-encoding: cHuNkEd", "%x", lastLine))},
	{"gzip as a transfer coding", func(d *draft) {
		d.body, d.cut = e2e.Gzip(d.body), true
		d.frame = chunked("Transfer-Encoding: "+pick(d.Rand, "gzip, chunked", "gzip", "chunked, gzip"), "%x", lastLine)
	}},
	{"length and chunks", anyFrame(true,
		chunked("Content-Length: 3\n"+transfer, "%x", lastLine), chunked(transfer+"\nContent-Length: 0", "%x", lastLine), chunked("Content-Length: 900\n"+transfer, "%x", lastLine))},
	{"length spelled otherwise", anyFrame(true,
		lengths(0, "+%d"), lengths(0, "0%d"), lengths(0, "%d "), lengths(0, "%d,"), lengths(0, "%[1]d, %[1]d"), lengths(0, "0x%x"), lengths(0, "%d.0"), lengths(0, "-%d"))},
	{"two lengths", anyFrame(true, lengths(0, "%d", "%d"), lengths(0, "%d", "0"), lengths(0, "3", "%d"), lengths(0, "0", "%d"))},
	{"no length", anyFrame(true, lengths(0))},
	{"length too short", anyFrame(true, lengths(-1, "%d"), lengths(-2, "%d"), lengths(-9, "%d"))},
	{"length too long", anyFrame(true, lengths(3, "%d"))},
	{"old protocol", func(d *draft) {
		d.version = pick(d.Rand, " HTTP/1.0", " HTTP/1.0", " HTTP/0.9", "", " http/1.1", " HTTP/1.2", " HTTP/2.0", " HTTP/1.1 x", " HTTP/01.1")
		d.cut = true
	}},
	{"bare line feeds", func(d *draft) { d.eol, d.cut = pick(d.Rand, "\n", "\n", "\r", "\r\r\n"), true }},
	{"lines in front", func(d *draft) { d.lead, d.cut = pick(d.Rand, "\r\n", "\r\n\r\n", "\n", " ", "\x00"), true }},
	{"blanks in the request line", func(d *draft) {
		d.target, d.cut = pick(d.Rand, " "+d.target, d.target+" ", d.target+"\t", "\t"+d.target, d.target+" x", d.target+"\x0b"), true
	}},
	{"behind a neighbour", hidden(func(d *draft, whole []byte) []byte {
		return d.instead(append([]byte(d.neighbour("Content-Length: 2")+"{}"), whole...))
	})},
	{"behind itself", hidden(func(d *draft, whole []byte) []byte { return d.instead(slices.Concat(whole, whole)) })},
	{"in a neighbour's body", hidden(func(d *draft, whole []byte) []byte {
		return d.instead(append([]byte(d.neighbour(pick(d.Rand, "Content-Length: 0", fmt.Sprintf("Content-Length: %d", len(whole)), "X-None: 0"))), whole...))
	})},
	{"behind a neighbour's chunks", hidden(func(d *draft, whole []byte) []byte {
		how := pick(d.Rand, transfer, "Content-Length: 4\r\n"+transfer, transfer+"\r\nContent-Length: 900", "Transfer-Encoding: xchunked", transfer+"\r\nTransfer-Encoding: identity")
		return d.instead(append([]byte(d.neighbour(how)+"0\r\n\r\n"), whole...))
	})},
	{"something behind", func(d *draft) { d.after, d.cut = []byte(pick(d.Rand, "\r\n", "x", "\x00", " \r\n\r\n")), true }},
}
