// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"
)

// commonCompressed is a list of common passwords, one a line, most common
// first; common/NOTICE says where it comes from.
//
//go:generate go run ./common/generate -out common/passwords.txt.gz
//go:embed common/passwords.txt.gz
var commonCompressed []byte

// commonPasswords unpacks the list when it is first needed, which takes some
// ten milliseconds and a megabyte and a half. New does so for a policy that
// uses it, so that no request waits.
var commonPasswords = sync.OnceValue(func() *wordSet { return newWordSet(commonList()) })

// commonList is the embedded list in plain form.
func commonList() []string {
	text, err := unpack(commonCompressed)
	if err != nil {
		panic("unpacking the embedded list of common passwords: " + err.Error()) // a test reads it whole
	}
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = string(appendPlain(nil, word))
	}
	return words
}

func unpack(compressed []byte) (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(r)
	return string(text), err
}
