// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/pbkdf2"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// hashCost keeps logins quick. The real default is 10 (Elasticsearch) and 12
// (OpenSearch); nothing a client sees depends on it.
const hashCost = 4

// maxHashed is where bcrypt stops: like the clusters, the sandbox ignores what
// follows the 72nd byte of a password instead of refusing it.
const maxHashed = 72

func significant(password string) []byte {
	return []byte(password[:min(len(password), maxHashed)])
}

// hashPassword is the stored form of a password.
func hashPassword(password string) string {
	h, err := bcrypt.GenerateFromPassword(significant(password), hashCost)
	if err != nil {
		// Only a wrong cost or an unreadable system random source get here.
		panic("sandbox: hashing a password: " + err.Error())
	}
	return string(h)
}

// verifyPassword reports whether a login with password succeeds against a
// stored hash: bcrypt, or Elasticsearch's {PBKDF2} and {PBKDF2_STRETCH}.
func verifyPassword(stored, password string) bool {
	if rest, ok := strings.CutPrefix(stored, "{PBKDF2}"); ok {
		return verifyPBKDF2(rest, password)
	}
	if rest, ok := strings.CutPrefix(stored, "{PBKDF2_STRETCH}"); ok {
		digest := sha512.Sum512([]byte(password))
		return verifyPBKDF2(rest, hex.EncodeToString(digest[:]))
	}
	return bcrypt.CompareHashAndPassword([]byte(stored), significant(password)) == nil
}

// verifyPBKDF2 checks "<rounds>$<salt>$<hash>", base64, PBKDF2 with HMAC-SHA512.
func verifyPBKDF2(stored, password string) bool {
	rounds, rest, _ := strings.Cut(stored, "$")
	salt, sum, _ := strings.Cut(rest, "$")
	n, err := strconv.Atoi(rounds)
	if err != nil || n < 1 || n > 1_000_000 {
		return false
	}
	saltBytes, err1 := base64.StdEncoding.DecodeString(salt)
	want, err2 := base64.StdEncoding.DecodeString(sum)
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got, err := pbkdf2.Key(sha512.New, password, saltBytes, n, len(want))
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1
}

// hasherName is what Elasticsearch's Hasher.resolveFromHash calls the algorithm
// of a stored hash; NOOP is "none that I know", that is: clear text.
func hasherName(hash string, r release) string {
	for _, prefix := range []string{"$2a$", "$2b$", "$2y$"} {
		cost, ok := strings.CutPrefix(hash, prefix)
		if !ok || prefix != "$2a$" && !r.atLeast(7, 0) {
			continue
		}
		n, err := strconv.Atoi(cost[:min(2, len(cost))])
		if err != nil || n < 4 || n > 14 || len(hash) != 60 {
			return "NOOP"
		}
		if n == 10 {
			return "BCRYPT"
		}
		return "BCRYPT" + strconv.Itoa(n)
	}
	for _, family := range []string{"PBKDF2", "PBKDF2_STRETCH"} {
		if rest, ok := strings.CutPrefix(hash, "{"+family+"}"); ok {
			return pbkdf2Name(family, rest)
		}
	}
	return "NOOP"
}

func pbkdf2Name(family, rest string) string {
	rounds, _, _ := strings.Cut(rest, "$")
	switch rounds {
	case "10000":
		return family
	case "1000", "50000", "100000", "500000", "1000000":
		return family + "_" + rounds
	}
	return "NOOP"
}
