// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"strings"
)

// esKey is an API key. It has its owner's rights.
type esKey struct{ owner, name, secret string }

// AddAPIKey makes an API key for a user and returns the value of an
// Authorization header that uses it.
func (es *Elasticsearch) AddAPIKey(owner string) string {
	es.mu.Lock()
	defer es.mu.Unlock()
	id, secret := es.newKey(owner, "sandbox-key")
	return "ApiKey " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func (es *Elasticsearch) newKey(owner, name string) (id, secret string) {
	id, secret = rand.Text()[:20], rand.Text()[:22]
	es.keys[id] = esKey{owner: owner, name: name, secret: secret}
	return id, secret
}

// AddToken makes an access token for a user, as POST _security/oauth2/token
// does, and returns the value of an Authorization header that uses it.
func (es *Elasticsearch) AddToken(owner string) string {
	es.mu.Lock()
	defer es.mu.Unlock()
	token := base64.StdEncoding.EncodeToString([]byte(rand.Text()))
	es.tokens[token] = owner
	return "Bearer " + token
}

func (es *Elasticsearch) keyLogin(c *esCall, credentials string) (esActor, error) {
	decoded, _ := base64.StdEncoding.DecodeString(credentials)
	id, secret, _ := strings.Cut(string(decoded), ":")
	key, found := es.keys[id]
	if !found || key.secret != secret {
		return esActor{}, es.unknownCredentials(c)
	}
	return esActor{login: key.owner, scheme: "api_key", key: id}, nil
}

// createAPIKey answers POST and PUT _security/api_key.
func createAPIKey(es *Elasticsearch, c *esCall) (esAction, error) {
	body, err := c.requiredObject()
	if err != nil {
		return nil, err
	}
	c.param("refresh")
	return func() (reply, error) {
		name := body.member("name")
		if !name.is(kindString) {
			return reply{}, invalidRequest("api key name is required")
		}
		if err := es.authorize(c, "cluster:admin/xpack/security/api_key/create"); err != nil {
			return reply{}, err
		}
		id, secret := es.newKey(c.actor.name, name.str())
		encoded := base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
		return ok(obj("id", id, "name", name.str(), "api_key", secret, "encoded", encoded))
	}, nil
}
