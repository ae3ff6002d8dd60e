// SPDX-License-Identifier: Apache-2.0

package module

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/passgate/passgate/module/dialect"
)

// request2 is one HTTP/2 request in frames: its fields in the order sent.
type request2 struct {
	fields [][2]string
	data   string
}

// send2 speaks HTTP/2 with prior knowledge and returns the status, or "" if the
// stream or the connection was ended instead.
func send2(t *testing.T, addr string, r request2) (status, body string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, http2.ClientPreface)
	framer := http2.NewFramer(conn, conn)
	_ = framer.WriteSettings(http2.Setting{ID: http2.SettingEnablePush, Val: 0})
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range r.fields {
		_ = encoder.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
	}
	_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: r.data == ""})
	if r.data != "" {
		_ = framer.WriteData(1, true, []byte(r.data))
	}
	decoder := hpack.NewDecoder(4096, func(f hpack.HeaderField) {
		if f.Name == ":status" {
			status = f.Value
		}
	})
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return status, body
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			_, _ = decoder.Write(f.HeaderBlockFragment())
		case *http2.DataFrame:
			body += string(f.Data())
		case *http2.RSTStreamFrame, *http2.GoAwayFrame:
			return status, body
		}
		if h := frame.Header(); h.StreamID == 1 && h.Flags.Has(http2.FlagDataEndStream) {
			return status, body
		}
	}
}

// HTTP/2 carries the target in pseudo-header fields (RFC 9113, section 8.3.1),
// which become the request line that the cluster sees.
func TestHardeningHTTP2(t *testing.T) {
	es, upstream := elastic(t)
	config := strings.Replace(plainSite, "admin off", "admin off\n\tservers {\n\t\tprotocols h1 h2c\n\t}", 1)
	r := start(t, config, upstream)
	body := `{"password":"` + forbidden + `"}`
	with := func(changes ...[2]string) [][2]string {
		fields := [][2]string{
			{":method", "PUT"}, {":scheme", "http"}, {":authority", r.addr}, {":path", bobPath},
			{"authorization", basic("boss", boss)}, {"content-type", "application/json"}, {"content-length", strconv.Itoa(len(body))},
		}
		for _, c := range changes {
			for i, f := range fields {
				if f[0] == c[0] {
					fields[i][1] = c[1]
				}
			}
		}
		return fields
	}
	add := func(fields [][2]string, name, value string) [][2]string {
		return append(fields, [2]string{name, value})
	}
	drop := func(fields [][2]string, name string) (kept [][2]string) {
		for _, f := range fields {
			if f[0] != name {
				kept = append(kept, f)
			}
		}
		return kept
	}
	for _, c := range []struct {
		name   string
		fields [][2]string
		data   string
		want   string // on the trail
	}{
		{"plain", with(), body, "decision deny/policy denied"},
		{"no leading slash", with([2]string{":path", bobPath[1:]}), body, ""},
		{"absolute", with([2]string{":path", "http://" + r.addr + bobPath}), body, ""},
		{"opaque", with([2]string{":path", "x:" + bobPath[1:]}), body, ""},
		{"empty path", with([2]string{":path", ""}), body, ""},
		{"two paths", append([][2]string{{":path", "/"}}, with()...), body, ""},
		{"path behind the fields", append(drop(with(), ":path"), [2]string{":path", bobPath}), body, ""},
		{"fragment", with([2]string{":path", bobPath + "#x"}), body, "decision deny/unreadable denied"},
		{"blank in the path", with([2]string{":path", bobPath + " HTTP/1.1"}), body, "decision deny/unreadable denied"},
		{"line break in the path", with([2]string{":path", "/ HTTP/1.1\r\nHost: x\r\n\r\nPUT " + bobPath}), body, ""},
		{"line break in a field", add(with(), "x-a", "b\r\nContent-Type: application/yaml"), body, ""},
		{"line break in a method", with([2]string{":method", "GET / HTTP/1.1\r\n\r\nPUT"}), body, ""},
		{"lower case method", with([2]string{":method", "put"}), body, "decision deny/unreadable denied"},
		{"connection field", add(with(), "connection", "authorization"), body, ""},
		{"chunked", add(with(), "transfer-encoding", "chunked"), body, ""},
		{"upgrade", add(with(), "upgrade", "h2c"), body, ""},
		{"upper case field", add(with(), "Authorization", "x"), body, ""},
		{"two credentials", add(with(), "authorization", basic("bob", oldPassword)), body, "decision deny/unreadable denied"},
		{"another host", add(with(), "host", "elsewhere.test"), body, "-"},
		{"no length", drop(with(), "content-length"), body, "decision deny/policy denied"},
		{"too short a length", with([2]string{"content-length", "3"}), body, "-"},
		{"too long a length", with([2]string{"content-length", "99"}), body, "-"},
		{"tunnel", with([2]string{":method", "CONNECT"}), body, ""},
		{"websocket by extended CONNECT", append([][2]string{{":protocol", "websocket"}}, with([2]string{":method", "CONNECT"})...), body, "-"},
		{"tunnel without a path", drop(drop(with([2]string{":method", "CONNECT"}), ":path"), ":scheme"), body, "decision deny/unreadable denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			es.AddUser("bob", oldPassword)
			es.Forget()
			before := len(r.records())
			status, answer := send2(t, r.addr, request2{c.fields, c.data})
			if es.CheckPassword("bob", forbidden) {
				t.Errorf("the forbidden password logs in: %s %s", status, answer)
			}
			for _, seen := range es.Seen() {
				if seen.Method != "GET" {
					t.Errorf("the cluster saw %s %s", seen.Method, seen.Target)
				}
			}
			if got := r.storyFrom(before); got != c.want && c.want != "-" {
				t.Errorf("the trail tells %q, want %q (%s %s)", got, c.want, status, answer)
			}
		})
	}
	good := strings.Replace(body, forbidden, goodPassword, 1)
	if status, answer := send2(t, r.addr, request2{drop(with(), "content-length"), good}); status != "200" || !es.CheckPassword("bob", goodPassword) {
		t.Errorf("a good one: %s %s", status, answer)
	}
}

// HTTP/3 arrives by another transport and must end at the same guard, through the
// wrapping transport too.
func TestHardeningHTTP3(t *testing.T) {
	es, upstream := elastic(t)
	certs := t.TempDir()
	pool := certificates(t, certs)
	config := strings.Replace(globals, "admin off", "admin off\n\tservers {\n\t\tprotocols h1 h2 h3\n\t}", 1)
	r := startAt(t, strings.ReplaceAll(config+"https://SITEADDR {\n\ttls "+certs+"/site.crt "+certs+"/site.key\n\tpassword_gateway elasticsearch UPSTREAM\n}\n", "UPSTREAM", upstream))
	transport := &http3.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}}
	defer transport.Close()
	client := http.Client{Transport: transport, Timeout: 5 * time.Second}
	for _, c := range []struct {
		path, password string
		status         int
	}{
		{bobPath, forbidden, 400}, {"//" + bobPath[1:], forbidden, 400}, {bobPath + "/", forbidden, 400}, {bobPath, goodPassword, 200},
	} {
		req, err := http.NewRequest("PUT", "https://"+r.addr+c.path, strings.NewReader(`{"password":"`+c.password+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth("boss", boss)
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.status || res.ProtoMajor != 3 || es.CheckPassword("bob", forbidden) {
			t.Errorf("%s with %s: %s %d", c.path, c.password, res.Proto, res.StatusCode)
		}
	}
	r.wantStory("decision deny/policy denied; decision deny/unreadable denied; decision deny/policy denied; decision allow; outcome allow applied")
}

// RFC 8470: what arrives before the handshake is done can have been replayed by
// whoever recorded it, and Caddy would only mark it for the cluster.
func TestHardeningEarlyData(t *testing.T) {
	t.Parallel()
	for _, done := range []bool{false, true} {
		r := httptest.NewRequest("PUT", bobPath, strings.NewReader(`{"password":"`+goodPassword+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.TLS = &tls.ConnectionState{HandshakeComplete: done}
		d := dialect.Elasticsearch{}
		c := &change{h: &Handler{dialect: d, app: &App{bodyMemory: DefaultBodyMemory}}, w: httptest.NewRecorder(), r: r, match: d.Recognise("PUT", bobPath)}
		if fault := c.understand(); (fault == nil) != done || !done && fault.Reason != dialect.ReasonEarlyData {
			t.Errorf("handshake done %v: fault %v", done, fault)
		}
	}
}
