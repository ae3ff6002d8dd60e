// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// encodeBody applies the steps of a case's "body" line, from left to right.
// encoded is the body; framed is the same with its transfer framing.
func encodeBody(body []byte, steps string) (encoded, framed []byte, err error) {
	framed = body
	for _, step := range strings.Fields(steps) {
		name, argument, _ := strings.Cut(step, "=")
		switch name {
		case "gzip", "gzip-flushed", "zlib", "deflate":
			body, err = compress(name, body)
		case "utf-16le", "utf-16be":
			body = utf16Bytes(body, name)
		case "blanks":
			n, convErr := strconv.Atoi(argument)
			body, err = append(bytes.Repeat([]byte(" "), n), body...), convErr
		case "chunked":
			return body, chunk(body), nil
		default:
			err = fmt.Errorf("body step %q: see testdata/README.md", step)
		}
		if err != nil {
			return nil, nil, err
		}
		framed = body
	}
	return body, framed, nil
}

func compress(how string, body []byte) ([]byte, error) {
	var out bytes.Buffer
	var w interface {
		io.WriteCloser
		Flush() error
	}
	switch how {
	case "zlib":
		w = zlib.NewWriter(&out)
	case "deflate":
		raw, err := flate.NewWriter(&out, flate.DefaultCompression)
		if err != nil {
			return nil, err
		}
		w = raw
	default:
		w = gzip.NewWriter(&out)
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if how == "gzip-flushed" { // as Go's official clients stream it
		if err := w.Flush(); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

func utf16Bytes(body []byte, name string) []byte {
	order := binary.AppendByteOrder(binary.LittleEndian)
	if name == "utf-16be" {
		order = binary.BigEndian
	}
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(body))) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// chunk cuts the body into chunks of at most seven bytes (RFC 9112, section
// 7.1), so that no reader can take one chunk for the whole.
func chunk(body []byte) []byte {
	var out bytes.Buffer
	for len(body) > 0 {
		n := min(7, len(body))
		fmt.Fprintf(&out, "%x\r\n%s\r\n", n, body[:n])
		body = body[n:]
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}
