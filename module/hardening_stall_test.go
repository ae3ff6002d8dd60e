// SPDX-License-Identifier: Apache-2.0

package module

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"

	"github.com/passgate/passgate/module/audit/proof"

	"github.com/passgate/passgate/module/dialect"
)

// A body may be as large as its bound allows and as nasty as JSON can be: reading
// it costs what it costs to receive it. Anybody may send one, before any login.
// The bound is generous, for slow machines; each took a tenth of it or less.
func TestHardeningCostOfReading(t *testing.T) {
	const size = 1<<20 - 4096
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	var names, removals strings.Builder
	for i := 0; names.Len() < size; i++ {
		names.WriteString(`"` + strconv.Itoa(i) + `":1,`)
	}
	for i := 0; removals.Len() < size; i++ {
		removals.WriteString(`{"op":"remove","path":"/` + strconv.Itoa(i) + `"},`)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	for _, c := range []struct {
		d    dialect.Dialect
		op   dialect.Operation
		body string
	}{
		{dialect.Elasticsearch{}, dialect.PutUser, `{` + names.String() + `"password":"x"}`},
		{dialect.Elasticsearch{}, dialect.PutUser, `{"metadata":{` + names.String() + `"a":1},"password":"x"}`},
		{dialect.Elasticsearch{}, dialect.PutUser, `{"metadata":{"a":` + fill("[")},
		{dialect.Elasticsearch{}, dialect.PutUser, `{"metadata":{"a":[` + fill(`{"a":1},`) + `1]}}`},
		{dialect.Elasticsearch{}, dialect.PutUser, `{"password":"` + fill(`\u0041`) + `"}`},
		{dialect.OpenSearch{}, dialect.PatchUsers, `[` + removals.String() + `{}]`},
		{dialect.OpenSearch{}, dialect.PatchUsers, `[{"op":"add","path":"` + fill("/a") + `","value":1}]`},
		{dialect.HuaweiCSS{}, dialect.CreateClusterV2, `{"cluster":{` + names.String() + `"a":1}}`},
		{dialect.HuaweiCSS{}, dialect.CreateClusterV2, `{` + names.String() + `"cluster":{}}`},
		{dialect.HuaweiCSS{}, dialect.CreateClusterV2, `{"cluster":{"a":[` + fill(`{"a":1},`) + `1]}}`},
	} {
		in := dialect.Input{Header: header, Body: []byte(c.body)}
		notSlow(t, c.d.Name()+" "+string(c.op)+": "+c.body[:40], 500*time.Millisecond, func() {
			_, _ = c.d.Read(dialect.Match{Kind: dialect.Guarded, Operation: c.op}, in)
		})
	}
	for _, path := range []string{fill("/%2e%2e"), "/" + fill("%252525"), fill("/"), fill("/."), fill("/_security/user"), fill("/a;")} {
		notSlow(t, "recognising "+path[:20], 500*time.Millisecond, func() {
			for _, d := range dialect.All() {
				_ = d.Recognise("PUT", path)
			}
		})
	}
}

// Who sends a body byte by byte is never idle, so an idle timeout doesn't end him.
func TestHardeningSlowBody(t *testing.T) {
	bodyTimeout = 150 * time.Millisecond
	t.Cleanup(func() { bodyTimeout = 30 * time.Second })
	es, upstream := elastic(t)
	r := start(t, plainSite, upstream)
	es.Forget()
	conn := r.dial()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	body := `{"password":"` + goodPassword + `"}`
	_, _ = io.WriteString(conn, strings.TrimSuffix(put(r, bobPath, body, ""), body))
	go func() {
		for _, b := range []byte(body) {
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(40 * time.Millisecond)
		}
	}()
	began := time.Now()
	answer, _ := io.ReadAll(io.LimitReader(conn, 12))
	if !strings.Contains(string(answer), " 400") || time.Since(began) > time.Second {
		t.Errorf("%s after %v", answer, time.Since(began))
	}
	r.wantStory("decision deny/unreadable denied")
	if len(es.Seen()) != 0 {
		t.Errorf("the cluster saw %d requests", len(es.Seen()))
	}
	// What came in time is not hurt by the bound while the cluster thinks.
	slow := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		select {
		case <-time.After(300 * time.Millisecond):
		case <-r.Context().Done():
		}
		_, _ = io.WriteString(w, `{"username":"bob","roles":[]}`)
	}))
	text := strings.NewReplacer("SITE", "http://"+freeAddr(t), "AUDIT", r.dir, "UPSTREAM", slow).Replace(plainSite)
	site := reload(t, text)
	if res := (&rig{t: t, addr: site}).change("PUT", bobPath, "bob", oldPassword, body); res.status != 200 {
		t.Errorf("status %d behind a slow cluster: %s", res.status, res.body)
	}
}

// reload loads another configuration in place of the rig's and returns the
// address of its first site.
func reload(t *testing.T, caddyfile string) string {
	t.Helper()
	config, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(caddyfile), nil)
	if err == nil {
		err = caddy.Load(config, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(caddyfile, "http://")
	return rest[:strings.IndexAny(rest, " {\n")]
}

// A client may leave at any moment: before the body's end, while the cluster is
// asked, while it answers. No goroutine, no trail and no half record stays behind,
// and the next change finds everything in order.
func TestHardeningClientsLeave(t *testing.T) {
	var hang atomic.Value // method that gets no answer
	hang.Store("")
	arrived := make(chan struct{}, 10)
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		arrived <- struct{}{}
		if hang.Load() == r.Method {
			<-r.Context().Done()
			return
		}
		_, _ = io.WriteString(w, `{"username":"bob","roles":[]}`)
	}))
	r := start(t, plainSite, upstream)
	request := put(r, bobPath, `{"password":"`+goodPassword+`"}`, "")
	for _, c := range []struct {
		name, hang string
		bytes      int
		requests   int // that reach the cluster before the client leaves
		want       string
	}{
		{"in the head", "", 40, 0, ""},
		{"behind the head", "", strings.Index(request, "{"), 0, "decision deny/unreadable denied"},
		{"before the last byte", "", len(request) - 1, 0, "decision deny/unreadable denied"},
		{"while whoami runs", "GET", len(request), 1, "decision deny/unavailable denied"},
		{"while the change runs", "PUT", len(request), 2, "decision allow; outcome allow unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hang.Store(c.hang)
			before := len(r.records())
			conn := r.dial()
			_, _ = io.WriteString(conn, request[:c.bytes])
			for range c.requests {
				<-arrived
			}
			_ = conn.Close()
			eventually(t, func() bool { return len(r.storyFrom(before)) >= len(c.want) })
			if got := r.storyFrom(before); got != c.want {
				t.Errorf("the trail tells %q, want %q", got, c.want)
			}
		})
	}
	hang.Store("")
	if res := r.change("PUT", bobPath, "bob", oldPassword, `{"password":"`+goodPassword+`"}`); res.status != 200 {
		t.Errorf("afterwards: status %d", res.status)
	}
	if n, _ := trails.References(r.dir); n != 1 {
		t.Errorf("%d references to the trail, want the app's own", n)
	}
}

// insist sends a change for bob, and again where the listener that is being replaced
// resets the connections it has not accepted yet. A change that had gone through
// all the same would be counted at the cluster.
func (r *rig) insist(body string) (status int) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	for range 10 {
		req, err := http.NewRequest("PUT", "http://"+r.addr+bobPath, strings.NewReader(body))
		if err != nil {
			return 0
		}
		req.Header.Set("Content-Type", "application/json")
		req.SetBasicAuth("boss", boss)
		res, err := client.Do(req)
		if err == nil {
			_ = res.Body.Close()
			return res.StatusCode
		}
		time.Sleep(5 * time.Millisecond)
	}
	return 0
}

// Changes that are under way when a configuration is loaded finish under the old
// one; none is lost, sent twice or left without an outcome, and the trail, which
// both generations write, stays in one piece.
func TestHardeningReloadUnderLoad(t *testing.T) {
	es, _ := elastic(t)
	var r *rig
	var arrived atomic.Int32
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == "PUT" { // whatever gets here has its decision on the trail
			if n, decided := int(arrived.Add(1)), strings.Count(r.story(), "decision allow"); decided < n {
				t.Errorf("%d changes have arrived, %d are decided", n, decided)
			}
		}
		es.ServeHTTP(w, req)
	}))
	r = start(t, plainSite, upstream)
	text := strings.NewReplacer("SITE", "http://"+r.addr, "AUDIT", r.dir, "UPSTREAM", upstream).Replace(plainSite)
	es.Forget()
	const clients, each = 4, 8
	var accepted, refused atomic.Int32
	var all sync.WaitGroup
	for n := range clients {
		all.Go(func() {
			for i := range each {
				password := fmt.Sprintf("tangerine orbit walks %d-%d", n, i)
				if i%2 == 1 {
					password = forbidden
				}
				switch status := r.insist(`{"password":"` + password + `"}`); status {
				case 200:
					accepted.Add(1)
				case 400:
					refused.Add(1)
				default:
					t.Errorf("status %d", status)
				}
			}
		})
	}
	for i := range 2 {
		reload(t, strings.Replace(text, "cluster es", "cluster es"+strconv.Itoa(i), 1))
	}
	all.Wait()
	var sent int32
	for _, seen := range es.Seen() {
		if seen.Method == "PUT" {
			sent++
		}
	}
	if accepted.Load() != clients*each/2 || refused.Load() != clients*each/2 || sent != accepted.Load() {
		t.Errorf("%d accepted, %d refused, %d sent", accepted.Load(), refused.Load(), sent)
	}
	tale := r.story()
	if applied, denied := strings.Count(tale, "outcome allow applied"), strings.Count(tale, "deny/policy denied"); applied != int(sent) || denied != clients*each/2 {
		t.Errorf("on the trail: %d applied, %d denied", applied, denied)
	}
	report, err := proof.Verify(r.dir, proof.Options{})
	if err != nil || report.ExitCode() != proof.ExitIntact {
		t.Errorf("the trail of both generations: %+v (%v)", report, err)
	}
}

// A patch may name more users than a record can: it must not go out unrecorded,
// in monitor mode either.
func TestHardeningMoreTargetsThanARecordHolds(t *testing.T) {
	for _, mode := range []string{"enforce", "monitor"} {
		t.Run(mode, func(t *testing.T) {
			a := openArenaIn(t, mode)
			var ops strings.Builder
			for i := range 1500 {
				ops.WriteString(`{"op":"add","path":"/u` + strconv.Itoa(i) + `/description","value":"x"},`)
			}
			body := "[" + ops.String() + `{"op":"add","path":"/bob/password","value":"` + forbidden + `"}]`
			res := a.rig.change("PATCH", api+"/internalusers", "boss", boss, body)
			if mode == "enforce" && (res.status != 400 || !strings.Contains(res.body, "in parts")) {
				t.Errorf("status %d: %.200s", res.status, res.body)
			}
			want := "decision deny/unreadable denied"
			if mode == "monitor" {
				want = "decision deny/unreadable; outcome deny/unreadable failed" // at the cluster, which knows none of them
			}
			a.rig.wantStory(want)
			if a.logsIn(true, "bob") && mode == "enforce" {
				t.Error("the forbidden password logs in")
			}
		})
	}
}
