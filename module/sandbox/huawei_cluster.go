// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
)

// cssBody reads a JSON object. The service's own leniency isn't known: unknown
// members are ignored, and so is what follows the object.
func cssBody(c *call) (*value, *reply) {
	if len(c.body) == 0 {
		a := cssError(http.StatusBadRequest, "CSS.0006", "The request body is empty.")
		return nil, &a
	}
	v, err := readJSON(jacksonChars(c.body), false)
	if err != nil || !v.is(kindObject) {
		a := cssError(http.StatusBadRequest, "CSS.0001", "Incorrect parameters.")
		return nil, &a
	}
	return v, nil
}

// find is the cluster of a request. One that is absent is told from one without
// access in no way.
func (css *HuaweiCSS) find(c *call) (*cssCluster, *reply) {
	for _, k := range css.clusters {
		if k.id == c.params["cluster"] && k.project == c.params["project"] {
			return k, nil
		}
	}
	a := cssError(http.StatusForbidden, "CSS.0015", "The resource does not exist or no permission to access it.")
	return nil, &a
}

// changing wraps an operation on an existing, idle cluster.
func changing(act func(*HuaweiCSS, *cssCluster, *value) reply) cssHandler {
	return func(css *HuaweiCSS, c *call) reply {
		k, refusal := css.find(c)
		if refusal != nil {
			return *refusal
		}
		body, refusal := cssBody(c)
		if refusal != nil {
			return *refusal
		}
		if k.busy {
			return cssError(http.StatusAccepted, "CSS.0011", "The cluster is busy.")
		}
		return act(css, k, body)
	}
}

var cssDone = reply{status: http.StatusOK} // no body

// resetPassword answers POST …/password/reset.
func resetPassword(_ *HuaweiCSS, k *cssCluster, body *value) reply {
	password := body.member("newpassword")
	if !password.is(kindString) {
		return cssError(http.StatusBadRequest, "CSS.0001", "Incorrect parameters.")
	}
	if !k.secured || !acceptable(password.str()) {
		return cssError(http.StatusBadRequest, "CSS.0050", "Invalid administrator password.")
	}
	k.hash = hashPassword(password.str())
	return cssDone
}

// spelled returns the member by its documented name, or as Terraform spells it.
func spelled(body *value, documented, terraform string) *value {
	if v := body.member(documented); v != nil {
		return v
	}
	return body.member(terraform)
}

// changeMode answers POST …/mode/change. Security off deletes the account.
func changeMode(_ *HuaweiCSS, k *cssCluster, body *value) reply {
	secure := spelled(body, "authority_enable", "authorityEnable")
	https := spelled(body, "https_enable", "httpsEnable")
	password := spelled(body, "admin_pwd", "adminPwd")
	if !secure.is(kindBool) {
		return cssError(http.StatusBadRequest, "CSS.0001", "Incorrect parameters.")
	}
	wantsHTTPS := https.is(kindBool) && https.literal == "true"
	if secure.literal == "false" {
		if wantsHTTPS {
			return cssError(http.StatusBadRequest, "CSS.5171", "HTTPS access requires the security mode.")
		}
		k.secured, k.https, k.hash = false, false, ""
		return cssDone
	}
	if password.is(kindString) {
		if !acceptable(password.str()) {
			return cssError(http.StatusBadRequest, "CSS.0050", "Invalid administrator password.")
		}
		k.hash = hashPassword(password.str())
	} else if !k.secured {
		return cssError(http.StatusBadRequest, "CSS.0050", "Invalid administrator password.")
	}
	k.secured, k.https = true, wantsHTTPS
	return cssDone
}

// createCluster answers POST …/clusters of both versions.
func createCluster(css *HuaweiCSS, c *call) reply {
	body, refusal := cssBody(c)
	if refusal != nil {
		return *refusal
	}
	wanted := body.member("cluster")
	if !wanted.is(kindObject) || !wanted.member("name").is(kindString) {
		return cssError(http.StatusBadRequest, "CSS.0001", "Incorrect parameters.")
	}
	k := &cssCluster{
		project: c.params["project"], name: wanted.member("name").str(),
		id: strings.ToLower(rand.Text()), created: css.now(),
	}
	if secure := wanted.member("authorityEnable"); secure.is(kindBool) && secure.literal == "true" {
		password := wanted.member("adminPwd")
		if !password.is(kindString) || !acceptable(password.str()) {
			return cssError(http.StatusBadRequest, "CSS.0050", "Invalid administrator password.")
		}
		k.secured, k.hash = true, hashPassword(password.str())
	}
	css.clusters = append(css.clusters, k)
	return reply{status: http.StatusOK, body: []byte(obj("cluster", obj("id", k.id, "name", k.name)))}
}

func listClusters(css *HuaweiCSS, c *call) reply {
	found := []raw{}
	for _, k := range css.clusters {
		if k.project == c.params["project"] {
			found = append(found, k.shown())
		}
	}
	return reply{status: http.StatusOK, body: []byte(obj("clusters", found, "totalSize", len(found)))}
}

func showCluster(css *HuaweiCSS, c *call) reply {
	k, refusal := css.find(c)
	if refusal != nil {
		return *refusal
	}
	return reply{status: http.StatusOK, body: []byte(k.shown())}
}

func deleteCluster(css *HuaweiCSS, c *call) reply {
	k, refusal := css.find(c)
	if refusal != nil {
		return *refusal
	}
	css.clusters = slices.DeleteFunc(css.clusters, func(o *cssCluster) bool { return o == k })
	return cssDone
}

// shown is a cluster as lists and details tell it; status 200 is "available".
func (k *cssCluster) shown() raw {
	created := k.created.UTC().Format("2006-01-02T15:04:05")
	return obj(
		"datastore", obj("type", "elasticsearch", "version", "7.10.2", "supportSecuritymode", true),
		"instances", []raw{obj("status", "200", "type", "ess", "id", k.id+"-1", "name", k.name+"-1", "specCode", "ess.spec-4u8g", "azCode", "sandbox-1a")},
		"updated", created, "name", k.name, "created", created, "id", k.id, "status", "200",
		"endpoint", "127.0.0.1:9200", "vpcId", "sandbox-vpc", "subnetId", "sandbox-subnet", "securityGroupId", "sandbox-group",
		"bandwidthSize", 0, "httpsEnable", k.https, "authorityEnable", k.secured, "diskEncrypted", false,
		"backupAvailable", true, "actionProgress", raw("{}"), "actions", []string{},
		"enterpriseProjectId", "0", "tags", []string{}, "period", false)
}

// cssSpecials are the special characters the vendor's pages list.
const cssSpecials = "~!@#$%^&*()-_=+\\|[{}];:,<.>/?"

// acceptable is the service's own rule: 8 to 32 characters, three of upper,
// lower, digit and special, and neither the administrator's name nor that reversed.
func acceptable(password string) bool {
	if len(password) < 8 || len(password) > 32 || strings.EqualFold(password, "admin") || strings.EqualFold(password, "nimda") {
		return false
	}
	var classes [4]bool
	for _, r := range password {
		switch {
		case r >= 'A' && r <= 'Z':
			classes[0] = true
		case r >= 'a' && r <= 'z':
			classes[1] = true
		case r >= '0' && r <= '9':
			classes[2] = true
		case strings.ContainsRune(cssSpecials, r):
			classes[3] = true
		default:
			return false
		}
	}
	n := 0
	for _, there := range classes {
		if there {
			n++
		}
	}
	return n >= 3
}
