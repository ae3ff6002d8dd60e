// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The vector was made with the vendor's Go signer and confirmed by a second
// implementation (reference, section 6).
func TestSignatureVector(t *testing.T) {
	t.Parallel()
	const want = "76d9d6e5efe1bd85d0fefbb419607491bc81ba66ba1f4af47fdb3a2b5951c1c6"
	seen := Seen{
		Method: "POST", Target: "/v1.0/p1/clusters/c1/password/reset", Host: "css.example.test",
		Header: http.Header{"User-Agent": {"ua"}, "X-Project-Id": {"p1"}, "X-Sdk-Date": {"20260102T030405Z"}},
		Body:   []byte("{\"newpassword\":\"Aa1!aaaa\"}\n"),
	}
	signed := []string{"host", "user-agent", "x-project-id", "x-sdk-date"}
	if got := sign("SKEXAMPLE", "20260102T030405Z", canonicalRequest(seen, "", signed)); got != want {
		t.Errorf("signature = %s, want %s", got, want)
	}
}

var signTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func huawei(t *testing.T) (*HuaweiCSS, *Server) {
	t.Helper()
	css := NewHuaweiCSS(Options{AdminPassword: "Old-pass-1", Now: func() time.Time { return signTime }})
	css.AddAccessKey("AK", "SK")
	return css, serve(t, css)
}

const (
	resetPath = "/v1.0/" + CSSProject + "/clusters/" + CSSCluster + "/password/reset"
	modePath  = "/v1.0/" + CSSProject + "/clusters/" + CSSCluster + "/mode/change"
)

// A signed request, and what happens to the signature on the way.
func TestHuaweiSignatures(t *testing.T) {
	t.Parallel()
	const body = "{\"newpassword\":\"New-pass-2\"}\n"
	cases := []struct {
		name   string
		when   time.Time
		alter  func(r *http.Request)
		body   string
		status int
		code   string
	}{
		{name: "as signed", when: signTime, status: 200},
		{name: "slash added", when: signTime, alter: func(r *http.Request) { r.URL.Path += "/" }, status: 200},
		{name: "headers added", when: signTime, alter: func(r *http.Request) { r.Header.Set("Via", "1.1 x") }, status: 200},
		{name: "body trimmed", when: signTime, body: strings.TrimSpace(body), status: 401, code: "APIGW.0301"},
		{name: "host changed", when: signTime, alter: func(r *http.Request) { r.Host = "other" }, status: 401, code: "APIGW.0301"},
		{name: "signed header changed", when: signTime, alter: func(r *http.Request) { r.Header.Set("X-Project-Id", "x") }, status: 401, code: "APIGW.0301"},
		{name: "query added", when: signTime, alter: func(r *http.Request) { r.URL.RawQuery = "a=1" }, status: 401, code: "APIGW.0301"},
		{name: "fourteen minutes late", when: signTime.Add(-14 * time.Minute), status: 200},
		{name: "sixteen minutes late", when: signTime.Add(-16 * time.Minute), status: 401, code: "APIGW.0303"},
		{name: "sixteen minutes early", when: signTime.Add(16 * time.Minute), status: 401, code: "APIGW.0303"},
		{name: "unsigned", when: signTime, alter: func(r *http.Request) { r.Header.Del("Authorization") }, status: 401, code: "APIGW.0301"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			css, s := huawei(t)
			sent := body
			if c.body != "" {
				sent = c.body
			}
			r, err := http.NewRequest("POST", s.URL()+resetPath, strings.NewReader(sent))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Project-Id", CSSProject)
			Sign(r, []byte(body), "AK", "SK", c.when, "X-Project-Id")
			if c.alter != nil {
				c.alter(r)
			}
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			var answer bytes.Buffer
			_, _ = answer.ReadFrom(resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != c.status || !strings.Contains(answer.String(), c.code) || resp.Header.Get("X-Request-Id") == "" {
				t.Fatalf("answer = %d %s, want %d with %s and X-Request-Id", resp.StatusCode, answer.String(), c.status, c.code)
			}
			if css.CheckPassword(CSSCluster, "New-pass-2") != (c.status == 200) {
				t.Errorf("the new password is in force: %v", c.status != 200)
			}
		})
	}
}

// The operations, with a token.
func TestHuaweiOperations(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, target, body string
		busy               bool
		status             int
		answer             string // part of it
		password           string // admin's afterwards; empty: the old one
		open               bool   // the cluster asks for no login any more
	}{
		{name: "reset", target: resetPath, body: `{"newpassword":"New-pass-2"}`, status: 200, password: "New-pass-2"},
		{name: "reset, escaped", target: resetPath, body: `{"newp\u0061ssword":"New-pass-2"}`, status: 200, password: "New-pass-2"},
		{name: "reset, no member", target: resetPath, body: `{"new_password":"New-pass-2"}`, status: 400, answer: "CSS.0001"},
		{name: "reset, too simple", target: resetPath, body: `{"newpassword":"newpassword"}`, status: 400, answer: `{"errCode":"CSS.0050","externalMessage":"CSS.0050 : `},
		{name: "reset, space", target: resetPath, body: `{"newpassword":"New pass 2!"}`, status: 400, answer: "CSS.0050"},
		{name: "reset, too long", target: resetPath, body: `{"newpassword":"` + strings.Repeat("Aa1!", 9) + `"}`, status: 400, answer: "CSS.0050"},
		{name: "reset, empty", target: resetPath, status: 400, answer: "CSS.0006"},
		{name: "reset, busy", target: resetPath, body: `{"newpassword":"New-pass-2"}`, busy: true, status: 202, answer: "CSS.0011"},
		{name: "reset elsewhere", target: "/v1.0/x/clusters/" + CSSCluster + "/password/reset", body: `{"newpassword":"New-pass-2"}`, status: 403, answer: "CSS.0015"},
		{name: "no such API", target: "/v1.0/" + CSSProject + "/clusters/" + CSSCluster + "/password", body: `{}`, status: 404, answer: "APIGW.0101"},
		{name: "mode", target: modePath, body: `{"authority_enable":true,"admin_pwd":"New-pass-2","https_enable":true}`, status: 200, password: "New-pass-2"},
		{name: "mode by Terraform", target: modePath, body: `{"authorityEnable":true,"adminPwd":"New-pass-2","httpsEnable":true}`, status: 200, password: "New-pass-2"},
		{name: "mode, both spellings", target: modePath, body: `{"authority_enable":true,"admin_pwd":"New-pass-2","adminPwd":"x"}`, status: 200, password: "New-pass-2"},
		{name: "security off", target: modePath, body: `{"authority_enable":false,"https_enable":false}`, status: 200, open: true},
		{name: "https without security", target: modePath, body: `{"authority_enable":false,"https_enable":true}`, status: 400, answer: "CSS.5171"},
		{name: "create", target: "/v2.0/" + CSSProject + "/clusters", body: `{"cluster":{"name":"new","authorityEnable":true,"adminPwd":"New-pass-2"}}`, status: 200, answer: `"name":"new"}}`},
		{name: "create by v1", target: "/v1.0/" + CSSProject + "/clusters", body: `{"cluster":{"name":"new"}}`, status: 200, answer: `{"cluster":{"id":"`},
		{name: "create without a password", target: "/v2.0/" + CSSProject + "/clusters", body: `{"cluster":{"name":"new","authorityEnable":true}}`, status: 400, answer: "CSS.0050"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			css, s := huawei(t)
			css.SetBusy(CSSCluster, c.busy)
			got := send(t, s, request("POST", c.target, c.body, jsonType, "X-Auth-Token: "+css.AddToken("ops")))
			if got.status != c.status || !strings.Contains(got.body, c.answer) || c.answer == "" && got.body != "" {
				t.Fatalf("answer = %d %q, want %d with %q", got.status, got.body, c.status, c.answer)
			}
			if c.password == "" {
				c.password = "Old-pass-1"
			}
			if css.CheckPassword(CSSCluster, c.password) == c.open || css.Secured(CSSCluster) == c.open {
				t.Errorf("%q is in force: %v", c.password, c.open)
			}
			if strings.HasPrefix(c.name, "create") && c.status == 200 {
				ids := css.Clusters()
				if made := ids[len(ids)-1]; len(ids) != 2 || css.CheckPassword(made, "New-pass-2") != strings.Contains(c.body, "adminPwd") {
					t.Errorf("clusters = %q, the new one's password is wrong", ids)
				}
			}
		})
	}
}

func TestHuaweiReads(t *testing.T) {
	t.Parallel()
	css, s := huawei(t)
	token := "X-Auth-Token: " + css.AddToken("ops")
	for target, want := range map[string]string{
		"/v1.0/" + CSSProject + "/clusters":               `"totalSize":1}`,
		"/v1.0/" + CSSProject + "/clusters/" + CSSCluster: `"authorityEnable":true`,
	} {
		if got := send(t, s, request("GET", target, "", token)); got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("GET %s = %d %s, want 200 with %s", target, got.status, got.body, want)
		}
		if got := send(t, s, request("GET", target, "", "X-Auth-Token: x")); got.status != 401 {
			t.Errorf("GET %s with a wrong token = %d, want 401", target, got.status)
		}
	}
}

// A signature that parses names an access key, headers and a value, and what it
// doesn't accept is never mistaken for one.
func FuzzParseSignature(f *testing.F) {
	f.Add("SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=00")
	f.Add("SDK-HMAC-SHA256 Access=, SignedHeaders=, Signature=")
	f.Add("Basic x")
	f.Fuzz(func(t *testing.T, header string) {
		s, ok := parseSignature(header)
		if ok && (s.access == "" || s.signature == "" || len(s.headers) == 0 || !strings.HasPrefix(header, "SDK-HMAC-SHA256 ")) {
			t.Errorf("%q parsed as %+v", header, s)
		}
	})
}
