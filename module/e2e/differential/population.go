// SPDX-License-Identifier: Apache-2.0

package differential

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/passgate/passgate/module/e2e"
)

// population is the users of one sequence of requests, as they were left. It
// talks to the cluster itself, as the administrator that it was started with.
type population struct {
	cast
	cluster   *e2e.Cluster
	passwords map[string]string // in force, by user
	seen      map[string]bool   // users that have been there before
	client    *http.Client
	writing   *sync.Mutex // held while a user is written, so that nobody's write is refused
}

// settle makes the users of a run.
func settle(ctx context.Context, c *e2e.Cluster, who cast, writing *sync.Mutex) (*population, error) {
	p := &population{
		cast: who, cluster: c, passwords: make(map[string]string), seen: make(map[string]bool), writing: writing,
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4}},
	}
	for _, name := range []string{who.agent, who.user} {
		if err := p.restore(ctx, name); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// first is the password that everybody begins with.
const first = "harbour lantern 7193"

// restore gives a user the password that is on our books, or a first one. It
// also makes the user anew if he is gone.
func (p *population) restore(ctx context.Context, name string) error {
	if p.passwords[name] == "" {
		p.passwords[name] = first
	}
	member, secret, err := p.cheapest(p.passwords[name])
	if err != nil {
		return err
	}
	if p.cluster.Dialect == "opensearch" {
		p.writing.Lock()
		defer p.writing.Unlock()
	}
	status, answer, err := p.putMember(ctx, name, member, secret)
	// OpenSearch keeps all users in one document, and refuses the later of two writers.
	for tries := 0; err == nil && status == http.StatusConflict && tries < 20; tries++ {
		status, answer, err = p.putMember(ctx, name, member, secret)
	}
	if err == nil && status >= 300 {
		err = fmt.Errorf("expected success, found %d: %s", status, answer)
	}
	if err != nil {
		return fmt.Errorf("setting the password of %q: %w", name, err)
	}
	return nil
}

// cheapest says how a password is set with the least work for the cluster:
// OpenSearch reads its estimate's dictionaries anew for each password that it
// gets in plain, a tenth of a second on a free machine.
func (p *population) cheapest(password string) (member, secret string, err error) {
	if p.cluster.Dialect == "elasticsearch" {
		return "password", password, nil
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return "", "", fmt.Errorf("hashing a password: %w", err)
	}
	return "hash", string(hash), nil
}

// put sets a user's password, in plain.
func (p *population) put(ctx context.Context, name, password string) (int, []byte, error) {
	return p.putMember(ctx, name, "password", password)
}

func (p *population) putMember(ctx context.Context, name, member, secret string) (int, []byte, error) {
	body := map[string]any{member: secret}
	switch {
	case p.cluster.Dialect == "elasticsearch" && name == p.agent:
		body["roles"] = []string{"superuser"}
	case p.cluster.Dialect == "elasticsearch":
		body["roles"] = []string{}
	case name == p.agent:
		body["backend_roles"] = []string{"admin"}
	default: // something for a patch to change
		body["attributes"], body["description"] = map[string]string{"x": "y"}, "d"
	}
	return p.call(ctx, http.MethodPut, p.path(name), body)
}

func (p *population) path(name string) string {
	if p.cluster.Dialect == "elasticsearch" {
		return "/_security/user/" + url.PathEscape(name)
	}
	return "/_plugins/_security/api/internalusers/" + url.PathEscape(name)
}

// patience is how long a cluster may give no clear answer: neither does it lose
// a run that it is busy, nor is silence taken for an answer.
const patience = 5 * time.Minute

// persist asks until there is an answer, or patience is over.
func persist[T any](ctx context.Context, ask func() (T, error)) (answer T, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		if answer, err = ask(); err == nil {
			return answer, nil
		}
		select {
		case <-ctx.Done():
			return answer, err
		case <-time.After(pause):
		}
	}
}

// reply is a status and what came with it.
type reply struct {
	status int
	body   []byte
}

// call asks the cluster as its administrator, again where it is too busy to say
// anything. All that is asked may be asked twice.
func (p *population) call(ctx context.Context, method, path string, body any) (int, []byte, error) {
	r, err := persist(ctx, func() (reply, error) {
		status, answer, err := p.once(ctx, method, path, body)
		if err == nil && (status == http.StatusTooManyRequests || status > http.StatusInternalServerError) {
			err = fmt.Errorf("%s %s: expected an answer, found %d: %s", method, path, status, answer)
		}
		return reply{status, answer}, err
	})
	return r.status, r.body, err
}

func (p *population) once(ctx context.Context, method, path string, body any) (int, []byte, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+p.cluster.Addr+path, content)
	if err != nil {
		return 0, nil, err
	}
	req.SetBasicAuth(p.cluster.Admin, p.cluster.AdminPassword)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// exists tells whether the cluster knows the user.
func (p *population) exists(ctx context.Context, name string) (bool, error) {
	status, _, err := p.call(ctx, http.MethodGet, p.path(name), nil)
	return status == http.StatusOK, err
}

// login asks the cluster whether it lets the user in. While OpenSearch reads its
// users again it may answer neither yes nor no; then it is asked again.
func (p *population) login(ctx context.Context, name, password string) (bool, error) {
	return persist(ctx, func() (bool, error) { return p.cluster.Login(ctx, name, password) })
}

// who finds the first of the users that the cluster lets in with the password.
func (p *population) who(ctx context.Context, users []string, password string) (string, bool, error) {
	users, err := p.present(ctx, users)
	if err != nil {
		return "", false, err
	}
	ins, errs := make([]bool, len(users)), make([]error, len(users))
	var asking sync.WaitGroup
	for i, name := range users {
		asking.Go(func() { ins[i], errs[i] = p.login(ctx, name, password) })
	}
	asking.Wait()
	for i, name := range users {
		if ins[i] || errs[i] != nil {
			return name, ins[i], errs[i]
		}
	}
	return "", false, nil
}

// present leaves out those whom the cluster does not know, and adds those who
// are there for the first time, whoever made them. It matters for speed:
// OpenSearch spends a third of a second on a login of nobody.
func (p *population) present(ctx context.Context, users []string) ([]string, error) {
	path := "/_security/user"
	if p.cluster.Dialect == "opensearch" {
		path = "/_plugins/_security/api/internalusers"
	}
	status, answer, err := p.call(ctx, http.MethodGet, path, nil)
	if err != nil {
		return nil, err
	}
	var known map[string]json.RawMessage
	if err := json.Unmarshal(answer, &known); err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("expected the users, found status %d, %v", status, err)
	}
	var found []string
	for _, name := range users {
		if _, ok := known[name]; ok {
			found = append(found, name)
		}
	}
	for name := range known {
		if !p.seen[name] && !slices.Contains(found, name) {
			found = append(found, name)
		}
		p.seen[name] = true
	}
	return found, nil
}

// keeps tells whether a user's password on our books still logs in.
func (p *population) keeps(ctx context.Context, name string) (bool, error) {
	return p.login(ctx, name, p.passwords[name])
}
