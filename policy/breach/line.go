// SPDX-License-Identifier: Apache-2.0

package breach

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
)

// entry is a password seen so often.
type entry struct {
	key   Key
	count uint32
}

// parseHashLine reads HASH:COUNT or HASH alone, in hex of either case, as Have
// I Been Pwned writes them. The prefix is what the line's hash lacks: in a
// range file, the file's name. An error never quotes the line, which may be a
// password in a file that isn't what it was taken for.
func parseHashLine(prefix string, line []byte) (e entry, err error) {
	hash, count, counted := bytes.Cut(line, []byte(":"))
	if n := len(prefix) + len(hash); n != 2*len(e.key) {
		return e, fmt.Errorf("expected a SHA-1 of %d hex digits%s", 2*len(e.key), looksLike(n))
	}
	var digits [2 * len(e.key)]byte
	copy(digits[copy(digits[:], prefix):], hash)
	if _, err := hex.Decode(e.key[:], digits[:]); err != nil {
		return e, errors.New("expected a SHA-1 in hex, found other characters")
	}
	e.count = Uncounted
	if counted {
		e.count, err = parseCount(count)
	}
	return e, err
}

func looksLike(digits int) string {
	if digits == 32 {
		return ", found 32; this looks like the NTLM list, take the SHA-1 one"
	}
	return ", found another length"
}

// parseCount reads a number; one too large for a uint32 becomes the largest.
func parseCount(digits []byte) (uint32, error) {
	if len(digits) == 0 {
		return 0, errors.New("expected a count after the colon, found nothing")
	}
	n := uint64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, errors.New("expected a count after the colon, found other characters")
		}
		n = min(10*n+uint64(c-'0'), math.MaxUint32)
	}
	return uint32(n), nil
}

// trimLineEnd removes LF or CRLF.
func trimLineEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}
