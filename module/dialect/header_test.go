// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"net/http"
	"testing"

	"github.com/passgate/passgate/module/audit"
)

func TestCheckHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		header http.Header
		why    audit.Reason
	}{
		{"nothing", http.Header{}, ""},
		{"close", http.Header{"Connection": {"close"}}, ""},
		{"Java's offer", http.Header{"Connection": {"Upgrade, HTTP2-Settings"}, "Upgrade": {"h2c"}}, ""},
		{"LWP", http.Header{"Connection": {"TE, close"}, "Te": {"deflate"}}, ""},
		{"strips credentials", http.Header{"Connection": {"close, Authorization"}}, ReasonConnection},
		{"strips the type, second line", http.Header{"Connection": {"close", "content-type"}}, ReasonConnection},
		{"two credentials", http.Header{"Authorization": {"a", "b"}}, ReasonRepeatedHeader},
		{"two types", http.Header{"Content-Type": {"a", "a"}}, ReasonRepeatedHeader},
		{"two encodings", http.Header{"Content-Encoding": {"gzip", "identity"}}, ReasonRepeatedHeader},
		{"two run-as", http.Header{"Es-Security-Runas-User": {"a", "b"}}, ReasonRepeatedHeader},
		{"early", http.Header{"Early-Data": {"1"}}, ReasonEarlyData},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var why audit.Reason
			if fault := CheckHeader(c.header); fault != nil {
				why = fault.Reason
			}
			if why != c.why {
				t.Errorf("refused for %q, want %q", why, c.why)
			}
		})
	}
}

func TestDropHopHeaders(t *testing.T) {
	t.Parallel()
	h := http.Header{"Upgrade": {"h2c"}, "Http2-Settings": {"x"}, "Te": {"trailers"}, "Connection": {"Upgrade"}, "Accept": {"*/*"}}
	DropHopHeaders(h)
	if len(h) != 1 || h.Get("Accept") == "" {
		t.Errorf("left %v, want Accept alone", h)
	}
}

func TestReadClaim(t *testing.T) {
	t.Parallel()
	const bobSecret = "Ym9iOnNlY3JldA==" // bob:secret
	for _, c := range []struct {
		name, authorization string
		want                Claim
		bad                 bool
	}{
		{"none", "", Claim{Scheme: "none", Replayable: true}, false},
		{"basic", "Basic " + bobSecret, Claim{Scheme: "basic", Name: "bob", Replayable: true}, false},
		{"scheme in lower case", "basic " + bobSecret, Claim{Scheme: "basic", Name: "bob", Replayable: true}, false},
		{"colon in the password", "Basic YTpiOmM=", Claim{Scheme: "basic", Name: "a", Replayable: true}, false},
		{"junk behind", "Basic " + bobSecret + " junk", Claim{}, true},
		{"two blanks", "Basic  " + bobSecret, Claim{}, true},
		{"a NUL in the password", "Basic Ym9iOgAAAA==", Claim{}, true},
		{"no padding", "Basic Ym9iOnNlY3JldA", Claim{}, true},
		{"no colon", "Basic Ym9i", Claim{}, true},
		{"line end inside", "Basic Ym9iOnNl\nY3JldA==", Claim{}, true},
		{"not UTF-8", "Basic /zph", Claim{}, true},
		{"bare scheme", "Basic", Claim{}, true},
		{"bearer", "Bearer abc", Claim{Scheme: "bearer", Replayable: true}, false},
		{"api key", "ApiKey aWQ6a2V5", Claim{Scheme: "apikey", KeyID: "id", Replayable: true}, false},
		{"negotiate", "Negotiate abc", Claim{Scheme: "negotiate"}, false},
		{"aws", "AWS4-HMAC-SHA256 Credential=AK/2026/x, SignedHeaders=a, Signature=b", Claim{Scheme: "aws4", KeyID: "AK"}, false},
		{"huawei", "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=b", Claim{Scheme: "sdk-hmac", KeyID: "AK"}, false},
		{"unknown", "Weird x", Claim{Scheme: SchemeOther, Replayable: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			if c.authorization != "" {
				h.Set("Authorization", c.authorization)
			}
			got, fault := ReadClaim(h)
			if (fault != nil) != c.bad {
				t.Fatalf("fault %v, want one: %v", fault, c.bad)
			}
			if !c.bad && got != c.want {
				t.Errorf("read %+v, want %+v", got, c.want)
			}
		})
	}
	for _, name := range []string{"b\xc3\xb6b", "b\xf6b"} { // the clusters read Latin-1
		for _, header := range []string{"Es-Security-Runas-User", "Opendistro_security_impersonate_as"} {
			if _, fault := ReadClaim(http.Header{header: {name}}); fault == nil {
				t.Errorf("%s: %q was read, want refused", header, name)
			}
		}
	}
	impersonating, _ := ReadClaim(http.Header{"Opendistro_security_impersonate_as": {"eve"}})
	running, _ := ReadClaim(http.Header{"Es-Security-Runas-User": {"eve"}})
	if impersonating.RunAs != "eve" || running.RunAs != "eve" {
		t.Errorf("run-as read as %q and %q, want eve", impersonating.RunAs, running.RunAs)
	}
}

func TestDropUpgrades(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		offers []string
		kept   bool
	}{
		{[]string{"websocket"}, true}, {[]string{" WebSocket "}, true}, {[]string{"h2c"}, false}, {[]string{"TLS/1.2"}, false},
		{[]string{"websocket, h2c"}, false}, {[]string{"websocket", "h2c"}, false}, {[]string{""}, false},
	} {
		h := http.Header{"Upgrade": row.offers, "Http2-Settings": {"x"}, "Accept": {"y"}}
		DropUpgrades(h)
		if kept := h["Upgrade"] != nil; kept != row.kept || (h["Http2-Settings"] != nil) != row.kept || h.Get("Accept") != "y" {
			t.Errorf("%q: left %v", row.offers, h)
		}
	}
}

func TestCheckTrailer(t *testing.T) {
	t.Parallel()
	for name, good := range map[string]bool{
		"X-Sum": true, "Digest": true, "Authorization": false, "Content-Type": false, "Content-Length": false, "Es-Security-Runas-User": false,
	} {
		if fault := CheckTrailer(http.Header{name: nil}); (fault == nil) != good {
			t.Errorf("%s: fault %v, want one: %v", name, fault, !good)
		}
	}
}
