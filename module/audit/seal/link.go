// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// Link is the last object of every line. It ties the line to its place.
type Link struct {
	Log  string    // origin of the trail
	Seq  int64     // place of the line, from 0
	Prev tlog.Hash // leaf hash of the line before; zero for the first
	Salt [16]byte  // so that a hash that outlives its line can't be guessed back
}

const (
	linkStart = `,"Chain":{"log":`
	seqStart  = `,"seq":`
	prevStart = `,"prev":"`
	saltStart = `","salt":"`
	linkEnd   = `"}}`
	fixedTail = len(prevStart) + 2*tlog.HashSize + len(saltStart) + 32 + len(linkEnd)
)

// AppendLink completes a line that lacks its closing brace. Log must need no
// escaping in JSON, see [ValidOrigin]. The newline is not part of the line.
func AppendLink(line []byte, l Link) []byte {
	line = append(line, linkStart...)
	line = append(append(append(line, '"'), l.Log...), '"')
	line = append(line, seqStart...)
	line = strconv.AppendInt(line, l.Seq, 10)
	line = append(line, prevStart...)
	line = hex.AppendEncode(line, l.Prev[:])
	line = append(line, saltStart...)
	line = hex.AppendEncode(line, l.Salt[:])
	return append(line, linkEnd...)
}

// ParseLink reads the link from the end of a line, in the one spelling that
// AppendLink writes. It copies nothing but the log's name.
func ParseLink(line []byte) (Link, bool) {
	var l Link
	if len(line) < fixedTail || !bytes.HasSuffix(line, []byte(linkEnd)) {
		return l, false
	}
	head, tail := line[:len(line)-fixedTail], line[len(line)-fixedTail:]
	prev, ok := bytes.CutPrefix(tail, []byte(prevStart))
	if !ok || !decodeHex(l.Prev[:], prev) {
		return l, false
	}
	salt, ok := bytes.CutPrefix(prev[2*tlog.HashSize:], []byte(saltStart))
	if !ok || !decodeHex(l.Salt[:], salt) {
		return l, false
	}
	at := bytes.LastIndex(head, []byte(linkStart))
	if at < 0 {
		return l, false
	}
	log, seq, ok := bytes.Cut(head[at+len(linkStart):], []byte(seqStart))
	if !ok || len(log) < 2 || log[0] != '"' || log[len(log)-1] != '"' {
		return l, false
	}
	l.Log = string(log[1 : len(log)-1])
	l.Seq, ok = parseNumber(seq)
	return l, ok && ValidOrigin(l.Log)
}

// decodeHex fills dst from the start of src, lower-case digits only, so that
// a link has one spelling.
func decodeHex(dst, src []byte) bool {
	bad := byte(0)
	for i := range dst {
		high, low := hexDigits[src[2*i]], hexDigits[src[2*i+1]]
		bad |= high | low
		dst[i] = high<<4 | low
	}
	return bad <= 15
}

// hexDigits are the values of lower-case digits, and 0x80 for anything else. A
// table, because a verification reads a hundred digits of every record.
var hexDigits = func() (values [256]byte) {
	for i := range values {
		values[i] = 0x80
	}
	for value, digit := range []byte("0123456789abcdef") {
		values[digit] = byte(value)
	}
	return values
}()

func parseNumber(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 || (b[0] == '0' && len(b) > 1) {
		return 0, false
	}
	var n int64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// Leaf is the leaf hash of a line without its newline: SHA-256 of a zero byte
// and the line (RFC 6962 §2.1). The bytes are the record; nothing is
// normalised first.
func Leaf(line []byte) tlog.Hash {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(line)
	var leaf tlog.Hash
	h.Sum(leaf[:0])
	return leaf
}

// Begin begins the leaf hash of a line with all that stands before its link, so
// that this, the most of it, can be done before the link is known.
func Begin(body []byte) hash.Hash {
	h := sha256.New()
	h.Write([]byte{0})
	h.Write(body)
	return h
}

// Complete is the leaf hash of the line that begun was begun with, whose link,
// as AppendLink appends it, is given. It leaves begun as it was.
func Complete(begun hash.Hash, link []byte) (leaf tlog.Hash) {
	h, err := begun.(hash.Cloner).Clone()
	if err != nil {
		panic("sha256 can't be cloned: " + err.Error()) // it can, see hash.Cloner
	}
	h.Write(link)
	h.Sum(leaf[:0])
	return leaf
}
