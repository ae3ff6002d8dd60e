// SPDX-License-Identifier: Apache-2.0

package module

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/passgate/passgate/module/sandbox"
	"github.com/passgate/passgate/policy/history"
)

// A rule about former passwords is skipped for callers who have not shown that
// they may set the password, because the cluster will refuse them. So nobody whom
// the cluster does not refuse may look like one of these: by the media types of
// an official client, by acting as the user, by another spelling of the request.
func TestHardeningHistory(t *testing.T) {
	const v8 = "application/vnd.elasticsearch+json; compatible-with=8"
	const v7 = "application/vnd.elasticsearch+json;compatible-with=7"
	es := sandbox.NewElasticsearch(sandbox.Options{})
	es.AddUser("boss", boss, "superuser")
	key := es.AddAPIKey("boss")
	r := statefulRig(t, "history 5", serve(t, es))
	for _, c := range []struct {
		name, method, path, user, body string
		headers                        []string
	}{
		{name: "by an administrator", path: "/_security/user/USER/_password", user: "boss"},
		{name: "media types of version 8", path: "/_security/user/USER/_password", user: "boss", headers: []string{"Content-Type", v8, "Accept", v8}},
		{name: "media types of version 7", path: "/_xpack/security/user/USER/_password", user: "boss", headers: []string{"Content-Type", v7, "Accept", v7}},
		{name: "any answer", path: "/_security/user/USER/_password", user: "boss", headers: []string{"Accept", "*/*"}},
		{name: "an answer in yaml", path: "/_security/user/USER/_password", user: "boss", headers: []string{"Accept", "application/yaml"}},
		{name: "by put user", path: "/_security/user/USER", user: "boss", body: `{"roles":[],"password":"PW"}`},
		{name: "another spelling of the name", path: "/_security/user/%55SER/_password/", user: "boss"},
		{name: "acting as the user", path: ownPath, user: "boss", headers: []string{"es-security-runas-user", "USER"}},
		{name: "by an API key", path: "/_security/user/USER/_password", headers: []string{"Authorization", key}},
		{name: "another host", path: "/_security/user/USER/_password", user: "boss", headers: []string{"X-Forwarded-Host", "elsewhere.test"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			user := "USER" + strconv.Itoa(len(r.records()))
			es.AddUser(user, oldPassword)
			set := func(password string) response {
				body := c.body
				if body == "" {
					body = `{"password":"PW"}`
				}
				headers := make([]string, len(c.headers))
				for i, h := range c.headers {
					headers[i] = strings.ReplaceAll(h, "USER", user)
				}
				path := strings.NewReplacer("%55SER", "%55"+user[1:], "USER", user).Replace(c.path)
				return r.change("PUT", path, c.user, boss, strings.ReplaceAll(body, "PW", password), headers...)
			}
			for _, password := range []string{"password-1", "password-2"} {
				if res := set(password); res.status != 200 {
					t.Fatalf("status %d: %s", res.status, res.body)
				}
			}
			if res := set("password-1"); res.status != 400 || es.CheckPassword(user, "password-1") {
				t.Errorf("a used one: status %d, logs in %v: %s", res.status, es.CheckPassword(user, "password-1"), res.body)
			}
		})
	}
}

// Who acts as somebody logs in with a password of his own. In the history of the
// one he acts for it would refuse that one a password he never had, and tell him
// whose it is.
func TestHardeningHistoryOfWhomOneActsFor(t *testing.T) {
	es, upstream := elastic(t)
	r := statefulRig(t, "history 5", upstream)
	res := r.change("PUT", ownPath, "boss", boss, `{"password":"password-1"}`, "es-security-runas-user", "bob")
	if res.status != 200 || !es.CheckPassword("bob", "password-1") {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	if res := own(r, "password-1", boss); res.status != 200 {
		t.Errorf("the administrator's password is in the user's history: %d %s", res.status, res.body)
	}
}

// A user from a directory who has the name of a native one is somebody else: he
// must not learn which passwords the native one had.
func TestHardeningHistoryOfANamesake(t *testing.T) {
	realm, may := "native", "true"
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch {
		case r.Method == "GET":
			_, _ = io.WriteString(w, `{"username":"bob","roles":[],"lookup_realm":{"name":"r","type":"`+realm+`"}}`)
		case strings.HasSuffix(r.URL.Path, "_has_privileges"):
			_, _ = io.WriteString(w, `{"username":"bob","has_all_requested":`+may+`}`)
		default:
			_, _ = io.WriteString(w, "{}")
		}
	}))
	r := statefulRig(t, "history 5", upstream)
	own(r, oldPassword, "password-1")
	own(r, "password-1", "password-2")
	realm = "ldap"
	for _, c := range []struct {
		may  string
		want int
	}{{"true", 400}, {"false", 200}} { // the cluster would refuse the second, this one says yes
		may = c.may
		if res := r.change("PUT", bobPath, "bob", "of the directory", `{"password":"password-1"}`); res.status != c.want {
			t.Errorf("manages users: %s: status %d, want %d: %s", c.may, res.status, c.want, res.body)
		}
	}
	may = "true"
	if res := r.change("PUT", bobPath, "bob", "of the directory", `{"password":"password-3"}`); res.status != 200 {
		t.Fatalf("status %d: %s", res.status, res.body)
	}
	realm = "native"
	if res := own(r, "password-3", "of the directory"); res.status != 200 {
		t.Errorf("the namesake's password is in the history: %d %s", res.status, res.body)
	}
}

// Both vendors' bcrypt stops at the 72nd byte: a used password with another tail
// is the used password.
func TestHardeningHistoryBeyondBcrypt(t *testing.T) {
	es, upstream := elastic(t)
	r := statefulRig(t, "history 5", upstream)
	long := strings.Repeat("long words ", 7)[:72]
	for _, c := range []struct {
		password string
		status   int
	}{{long + "one", 200}, {"another one", 200}, {long + "two", 400}} {
		if res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+c.password+`"}`); res.status != c.status {
			t.Errorf("%s: status %d, want %d: %s", c.password, res.status, c.status, res.body)
		}
	}
	if es.CheckPassword("bob", long+"one") {
		t.Error("a used password logs in")
	}
}

// Only a plain no of the cluster is a reason to skip the rule. No answer, or one
// that says neither, is a reason to refuse: it can be provoked.
func TestHardeningHistoryWithoutAuthority(t *testing.T) {
	var answer func(w http.ResponseWriter)
	upstream := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		switch {
		case r.Method == "GET":
			_, _ = io.WriteString(w, `{"username":"boss","roles":[],"enabled":true}`)
		case strings.HasSuffix(r.URL.Path, "_has_privileges"):
			answer(w)
		default:
			_, _ = io.WriteString(w, "{}")
		}
	}))
	r := statefulRig(t, "history 5", upstream)
	status := func(code int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(code); _, _ = io.WriteString(w, body) }
	}
	for _, c := range []struct {
		name   string
		answer func(http.ResponseWriter)
		want   int
	}{
		{"yes", status(200, `{"username":"boss","has_all_requested":true}`), 200},
		{"no", status(200, `{"username":"boss","has_all_requested":false}`), 200},
		{"forbidden", status(403, `{}`), 200},
		{"busy", status(429, `{}`), 503},
		{"failing", status(500, `{}`), 503},
		{"unreadable", status(200, `has_all_requested: true`), 503},
		{"neither", status(200, `{"username":"boss"}`), 503},
		{"bad request", status(400, `{}`), 503},
		{"no answer", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, 503},
	} {
		answer = c.answer
		if res := r.change("PUT", bobPath, "boss", boss, `{"password":"`+goodPassword+`"}`); res.status != c.want {
			t.Errorf("%s: status %d, want %d: %s", c.name, res.status, c.want, res.body)
		}
	}
}

// A patch for many users asks and waits for many. Somebody who may change none of
// them must not make the gateway ask once for each, and a wait for one is the
// wait for all.
func TestHardeningHistoryOfMany(t *testing.T) {
	os := sandbox.NewOpenSearch(sandbox.Options{})
	os.AddUser("mallory", oldPassword)
	os.AddUser("boss", boss, "all_access")
	upstream := serve(t, os)
	text := strings.NewReplacer("elasticsearch", "opensearch", "RULES", "history 5").Replace(statefulSite)
	r := start(t, text, upstream)
	var ops []string
	for i := range 200 {
		ops = append(ops, `{"op":"add","path":"/u`+strconv.Itoa(i)+`/password","value":"`+strongPassword+`"}`)
	}
	patch := "[" + strings.Join(ops, ",") + "]"
	os.Forget()
	if res := r.change("PATCH", api+"/internalusers", "mallory", oldPassword, patch); res.status != 403 {
		t.Errorf("status %d: %s", res.status, res.body)
	}
	if n := len(os.Seen()); n > 4 {
		t.Errorf("%d requests at the cluster for one of a stranger", n)
	}

	turnWait = 50 * time.Millisecond
	t.Cleanup(func() { turnWait = 5 * time.Second })
	for i := range 200 {
		end, _ := userTurns.take(history.User{Cluster: "es", Name: "u" + strconv.Itoa(i)}, time.Second)
		defer end()
		os.AddUser("u"+strconv.Itoa(i), oldPassword)
	}
	began := time.Now()
	if res := r.change("PATCH", api+"/internalusers", "boss", boss, patch); res.status != 503 || time.Since(began) > 2*time.Second {
		t.Errorf("status %d after %v: %s", res.status, time.Since(began), res.body)
	}
}
