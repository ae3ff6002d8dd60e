// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// The access key pair with which cases and clients sign for Huawei CSS.
const (
	accessKey = "E2EACCESSKEY00000001"
	secretKey = "e2e-Secret-Key-Made-Up-For-Tests-0001"
)

// signedMark stands in a request's head where a signature over the rest goes.
const signedMark = "\x00signed:"

// sign replaces the mark in an Authorization header by an SDK-HMAC-SHA256
// signature over the request as it will be sent (API Request Signing Guide,
// "Signature Algorithm"): the guide's steps in its order.
func sign(m *message, lines []string) []string {
	signed := slices.Clone(lines)
	for i, line := range signed {
		before, names, found := strings.Cut(line, signedMark)
		if found {
			signed[i] = before + authorization(m, names, accessKey, secretKey)
			m.Header.Set("Authorization", strings.TrimSpace(strings.TrimPrefix(signed[i], "Authorization:")))
		}
	}
	return signed
}

func authorization(m *message, names, ak, sk string) string {
	const algorithm = "SDK-HMAC-SHA256"
	canonical := sha256.Sum256([]byte(canonicalRequest(m, names)))
	toSign := algorithm + "\n" + m.Header.Get("X-Sdk-Date") + "\n" + hex.EncodeToString(canonical[:])
	mac := hmac.New(sha256.New, []byte(sk))
	mac.Write([]byte(toSign))
	return algorithm + " Access=" + ak + ", SignedHeaders=" + names + ", Signature=" + hex.EncodeToString(mac.Sum(nil))
}

func canonicalRequest(m *message, names string) string {
	path, query, _ := strings.Cut(m.Target, "?")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	if values, err := url.ParseQuery(query); err == nil {
		query = values.Encode()
	}
	var headers strings.Builder
	for name := range strings.SplitSeq(names, ";") {
		headers.WriteString(name + ":" + strings.TrimSpace(m.Header.Get(name)) + "\n")
	}
	body := sha256.Sum256(m.Body)
	return strings.Join([]string{m.Method, path, query, headers.String(), names, hex.EncodeToString(body[:])}, "\n")
}
