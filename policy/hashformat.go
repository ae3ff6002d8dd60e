// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
)

// parseBcrypt reads $2a$, $2b$ and $2y$, two digits of cost, and 22 characters
// of salt with 31 of hash in bcrypt's own base64 alphabet.
func parseBcrypt(s string) (storedHash, bool) {
	if len(s) != 60 || s[:2] != "$2" || strings.IndexByte("aby", s[2]) < 0 || s[3] != '$' || s[6] != '$' {
		return storedHash{}, false
	}
	if !isDigit(s[4]) || !isDigit(s[5]) {
		return storedHash{}, false
	}
	cost := int(s[4]-'0')*10 + int(s[5]-'0')
	for _, b := range []byte(s[7:]) {
		if !isDigit(b) && !isLetter(b) && b != '.' && b != '/' {
			return storedHash{}, false
		}
	}
	return storedHash{"bcrypt", cost}, 4 <= cost && cost <= 31
}

// parsePBKDF2 reads Elasticsearch's own form (Hasher.java):
// {PBKDF2}iterations$salt$key, in padded base64, at least 8 bytes of salt and
// 32 bytes of key.
func parsePBKDF2(s string) (storedHash, bool) {
	algorithm := "pbkdf2"
	rest, ok := strings.CutPrefix(s, "{PBKDF2}")
	if !ok {
		algorithm = "pbkdf2_stretch"
		rest, ok = strings.CutPrefix(s, "{PBKDF2_STRETCH}")
	}
	parts := strings.Split(rest, "$")
	if !ok || len(parts) != 3 {
		return storedHash{}, false
	}
	cost, ok := cost(parts[0])
	return storedHash{algorithm, cost},
		ok && decodes(base64.StdEncoding, parts[1], 8, 64) && decodes(base64.StdEncoding, parts[2], 32, 32)
}

// leastArgon2Memory is the smallest memory, in KiB, of the settings that
// OWASP's password storage cheat sheet calls equivalent (7 MiB with 5 passes).
// Below, more passes don't make up for memory.
const leastArgon2Memory = 7168

// parseArgon2id reads the PHC string of argon2id version 19 with the
// parameters m, t and p in that order. Its cost is memory in KiB times passes,
// nearly constant over OWASP's equivalent settings (35 to 46 MiB·passes).
func parseArgon2id(s string) (storedHash, bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return storedHash{}, false
	}
	memory, passes, ok := argon2Settings(parts[3])
	if !ok || memory > math.MaxInt32/passes {
		return storedHash{}, false
	}
	return storedHash{"argon2id", memory * passes}, memory >= leastArgon2Memory &&
		decodes(base64.RawStdEncoding, parts[4], 8, 64) && decodes(base64.RawStdEncoding, parts[5], 16, 128)
}

func argon2Settings(s string) (memory, passes int, ok bool) {
	settings := strings.Split(s, ",")
	if len(settings) != 3 {
		return 0, 0, false
	}
	var values [3]int
	for i, prefix := range []string{"m=", "t=", "p="} {
		text, found := strings.CutPrefix(settings[i], prefix)
		if values[i], ok = cost(text); !found || !ok {
			return 0, 0, false
		}
	}
	return values[0], values[1], true
}

// cost reads a positive number in its one canonical spelling.
func cost(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && n <= math.MaxInt32 && strconv.Itoa(n) == s
}

// decodes reports whether s is strict base64 of least to most bytes.
func decodes(encoding *base64.Encoding, s string, least, most int) bool {
	if strings.ContainsAny(s, "\r\n") { // which the decoder would skip
		return false
	}
	raw, err := encoding.Strict().DecodeString(s)
	return err == nil && least <= len(raw) && len(raw) <= most
}

func isDigit(b byte) bool  { return '0' <= b && b <= '9' }
func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
