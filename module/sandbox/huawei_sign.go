// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authError is why the API gateway lets a request not in.
type authError struct{ code, what string }

const (
	signAlgorithm = "SDK-HMAC-SHA256"
	signDate      = "20060102T150405Z"
	maxSkew       = 15 * time.Minute
)

// authenticate accepts a known token, or a signature by a known access key.
func (css *HuaweiCSS) authenticate(seen Seen, query string) *authError {
	if token := seen.Header.Get("X-Auth-Token"); token != "" {
		if _, known := css.tokens[token]; known {
			return nil
		}
		return &authError{"APIGW.0301", "Incorrect IAM authentication information: decrypt token fail"}
	}
	s, wellFormed := parseSignature(seen.Header.Get("Authorization"))
	if !wellFormed {
		return &authError{"APIGW.0301", "Incorrect IAM authentication information: x-auth-token not found"}
	}
	sk, known := css.keys[s.access]
	if !known {
		return &authError{"APIGW.0301", "Incorrect IAM authentication information: Get secretKey failed"}
	}
	date, err := time.Parse(signDate, seen.Header.Get("X-Sdk-Date"))
	if err != nil || !slices.Contains(s.headers, "x-sdk-date") {
		return &authError{"APIGW.0301", "Incorrect IAM authentication information: X-Sdk-Date not found or not signed"}
	}
	if skew := css.now().Sub(date).Abs(); skew > maxSkew {
		return &authError{"APIGW.0303", "Incorrect IAM authentication information: signature expired"}
	}
	want := sign(sk, seen.Header.Get("X-Sdk-Date"), canonicalRequest(seen, query, s.headers))
	if !hmac.Equal([]byte(want), []byte(s.signature)) {
		return &authError{"APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail"}
	}
	return nil
}

// signature is a parsed Authorization header.
type signature struct {
	access    string
	headers   []string
	signature string
}

// parseSignature reads "SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=…".
func parseSignature(header string) (signature, bool) {
	rest, ok := strings.CutPrefix(header, signAlgorithm+" ")
	if !ok {
		return signature{}, false
	}
	var s signature
	for _, part := range strings.Split(rest, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Access":
			s.access = v
		case "SignedHeaders":
			s.headers = strings.Split(v, ";")
		case "Signature":
			s.signature = v
		}
	}
	return s, s.access != "" && s.headers != nil && s.signature != ""
}

// sign is the string to sign under the secret key, in hexadecimal.
func sign(sk, date, canonical string) string {
	digest := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(sk))
	mac.Write([]byte(signAlgorithm + "\n" + date + "\n" + hex.EncodeToString(digest[:])))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonicalRequest is what both sides hash ("API Request Signing Guide").
func canonicalRequest(seen Seen, query string, signed []string) string {
	path, _ := cutTarget(seen.Target, false)
	var headers strings.Builder
	for _, name := range signed {
		values := slices.Clone(seen.Header.Values(name))
		if name == "host" {
			values = []string{seen.Host}
		}
		if values == nil {
			values = []string{""}
		}
		slices.Sort(values)
		for _, v := range values {
			headers.WriteString(name + ":" + strings.TrimSpace(v) + "\n")
		}
	}
	return strings.Join([]string{
		seen.Method, canonicalPath(path), canonicalQuery(query), headers.String(),
		strings.Join(signed, ";"), payloadHash(seen),
	}, "\n")
}

// canonicalPath re-encodes each decoded segment and ends with a slash, for the
// signature only.
func canonicalPath(raw string) string {
	path, err := url.PathUnescape(raw)
	if err != nil {
		path = raw
	}
	segments := strings.Split(path, "/")
	for i := range segments {
		segments[i] = signEscape(segments[i])
	}
	path = strings.Join(segments, "/")
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	return path
}

func canonicalQuery(query string) string {
	if query == "" {
		return ""
	}
	var pairs []string
	for _, pair := range strings.Split(query, "&") {
		name, v, _ := strings.Cut(pair, "=")
		pairs = append(pairs, signEscape(queryUnescaped(name))+"="+signEscape(queryUnescaped(v)))
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

func queryUnescaped(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// signEscape percent-encodes all but RFC 3986's unreserved characters.
func signEscape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// payloadHash is the body's hash, or what the caller says in its place:
// UNSIGNED-PAYLOAD is allowed, another hash must be the body's.
func payloadHash(seen Seen) string {
	digest := sha256.Sum256(seen.Body)
	hash := hex.EncodeToString(digest[:])
	if said := seen.Header.Get("X-Sdk-Content-Sha256"); said == "UNSIGNED-PAYLOAD" && len(seen.Body) > 0 {
		return said
	}
	return hash
}

// Sign signs a request as the SDKs do, for tests: it sets X-Sdk-Date and
// Authorization. Host and the named headers are covered.
func Sign(r *http.Request, body []byte, ak, sk string, now time.Time, headers ...string) {
	date := now.UTC().Format(signDate)
	r.Header.Set("X-Sdk-Date", date)
	signed := append([]string{"x-sdk-date", "host"}, headers...)
	for i := range signed {
		signed[i] = strings.ToLower(signed[i])
	}
	slices.Sort(signed)
	signed = slices.Compact(signed)
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	seen := Seen{Method: r.Method, Target: r.URL.RequestURI(), Host: host, Header: r.Header, Body: body}
	mac := sign(sk, date, canonicalRequest(seen, r.URL.RawQuery, signed))
	r.Header.Set("Authorization", signAlgorithm+" Access="+ak+", SignedHeaders="+strings.Join(signed, ";")+", Signature="+mac)
}
