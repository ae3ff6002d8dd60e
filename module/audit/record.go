// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Record is one line of the trail, read back. SCHEMA.md describes its fields.
type Record struct {
	Event // of a change, names as recorded; of a notice only Time and Client

	ID           string // event.id
	Code         Code
	Severity     int // 1 info, 3 notice, 4 review, 5 alarm
	Level        string
	Message      string
	TargetsTotal int // when more than 1,000 targets were named; else 0
	Environment  string
	Instance     string // the gateway
	Version      string // of the gateway
	Log          string // origin of the trail
	Seq          int64  // place in the trail, from 0
	Prev         string // leaf hash of the line before, hexadecimal

	Notice *Notice // set on every record that isn't about a change
}

// Parse reads one line of the trail. It checks the spelling, not the chain.
func Parse(text []byte) (Record, error) {
	var w wire
	if err := json.Unmarshal(text, &w); err != nil {
		return Record{}, fmt.Errorf("reading a record: %w", err)
	}
	if w.Event.Code == "" || w.Time.IsZero() {
		return Record{}, fmt.Errorf("reading a record: expected @timestamp and event.code, found none")
	}
	return w.record(), nil
}

// wire is a record as it is spelled. Where one fact has two members, one for
// ECS and one of ours, it is read from ours.
type wire struct {
	Time    time.Time `json:"@timestamp"`
	Level   string    `json:"log.level"`
	Message string    `json:"message"`
	Event   struct {
		ID       string `json:"id"`
		Code     Code   `json:"code"`
		Duration int64  `json:"duration"`
		Severity int    `json:"severity"`
	} `json:"event"`
	User struct {
		Name   string `json:"name"`
		Target struct {
			Name names `json:"name"`
		} `json:"target"`
	} `json:"user"`
	Source struct {
		IP   string `json:"ip"`
		Port int    `json:"port"`
		NAT  struct {
			IP string `json:"ip"`
		} `json:"nat"`
	} `json:"source"`
	HTTP struct {
		Version string `json:"version"`
		Request struct {
			Method    string `json:"method"`
			MediaType string `json:"mime_type"`
		} `json:"request"`
		Response struct {
			Status int `json:"status_code"`
		} `json:"response"`
	} `json:"http"`
	URL struct {
		Scheme string `json:"scheme"`
		Host   string `json:"domain"`
		Path   string `json:"path"`
	} `json:"url"`
	UserAgent struct {
		Original string `json:"original"`
	} `json:"user_agent"`
	Trace struct {
		ID string `json:"id"`
	} `json:"trace"`
	Service struct {
		Environment string `json:"environment"`
	} `json:"service"`
	Observer struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"observer"`
	Gateway wireGateway `json:"Gateway"`
	Chain   struct {
		Log  string `json:"log"`
		Seq  int64  `json:"seq"`
		Prev string `json:"prev"`
	} `json:"Chain"`
}

type wireGateway struct {
	Stage        Stage   `json:"stage"`
	Change       string  `json:"change"`
	Outcome      Outcome `json:"outcome"`
	Verdict      Verdict `json:"verdict"`
	Cause        Cause   `json:"cause"`
	Enforced     bool    `json:"enforced"`
	Mode         string  `json:"mode"`
	Reason       Reason  `json:"reason"`
	Dialect      string  `json:"dialect"`
	Operation    string  `json:"operation"`
	Cluster      string  `json:"cluster"`
	Secret       Secret  `json:"secret"`
	Self         bool    `json:"self"`
	TargetsTotal int     `json:"targets_total"`
	OpaqueID     string  `json:"opaque_id"`
	Actor        struct {
		Scheme    string `json:"scheme"`
		Verified  bool   `json:"verified"`
		ID        string `json:"id"`
		Initiator string `json:"initiator"`
		Realm     string `json:"realm"`
	} `json:"actor"`
	Policy *PolicyText `json:"policy"`
	Rules  wireRules   `json:"rules"`

	Rehearsed wireRules `json:"rehearsed"`
	Next      *struct {
		Name   string    `json:"name"`
		Digest string    `json:"sha256"`
		Rules  wireRules `json:"rules"`
	} `json:"next"`
	Exemption *struct {
		Reason string `json:"reason"`
		Owner  string `json:"owner"`
		Until  string `json:"until"`
	} `json:"exemption"`

	Upstream struct {
		Status    int    `json:"status_code"`
		Node      string `json:"node"`
		RequestID string `json:"request_id"`
		Task      string `json:"task"`
	} `json:"upstream"`

	Note    string       `json:"note"`
	Start   *Start       `json:"start"`
	Config  *Config      `json:"config"`
	Segment *SegmentMark `json:"segment"`
	Damage  *Damage      `json:"damage"`
	Key     *KeyChange   `json:"key"`
	Retired *Retired     `json:"retired"`
	Review  *Review      `json:"review"`
	Access  *Access      `json:"access"`
	Clock   *Clock       `json:"clock"`
	Refused *Refused     `json:"refused"`
	Flood   *Flood       `json:"flood"`

	Reconciled *Reconciled `json:"reconciled"`
}

// wireRules are rules as parallel arrays.
type wireRules struct {
	Code   []string `json:"code"`
	Clause []string `json:"clause"`
}

func (w wireRules) rules() (rules []Rule) {
	for i, code := range w.Code {
		rule := Rule{Code: code}
		if i < len(w.Clause) {
			rule.Clause = w.Clause[i]
		}
		rules = append(rules, rule)
	}
	return rules
}

// names is one name, or an array of several.
type names []string

// UnmarshalJSONFrom implements [json.UnmarshalerFrom].
func (n *names) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == '[' {
		return json.UnmarshalDecode(d, (*[]string)(n))
	}
	var one string
	if err := json.UnmarshalDecode(d, &one); err != nil {
		return err
	}
	*n = names{one}
	return nil
}

func (w *wire) record() Record {
	r := Record{
		Event: Event{Time: w.Time, Stage: w.Gateway.Stage, Client: w.client()},
		ID:    w.Event.ID, Code: w.Event.Code, Severity: w.Event.Severity,
		Level: w.Level, Message: w.Message, TargetsTotal: w.Gateway.TargetsTotal,
		Environment: w.Service.Environment, Instance: w.Observer.Name, Version: w.Observer.Version,
		Log: w.Chain.Log, Seq: w.Chain.Seq, Prev: w.Chain.Prev,
	}
	if w.Gateway.Stage == "" {
		r.Notice = w.notice()
	} else {
		r.Event = w.change()
	}
	return r
}

func (w *wire) client() Client {
	return Client{IP: w.Source.IP, Port: w.Source.Port, PeerIP: w.Source.NAT.IP, UserAgent: w.UserAgent.Original}
}

func (w *wire) notice() *Notice {
	g := &w.Gateway
	return &Notice{
		Code: w.Event.Code, Time: w.Time, By: w.User.Name, Note: g.Note, Client: w.client(),
		Start: g.Start, Config: g.Config, Policy: g.Policy, Segment: g.Segment, Damage: g.Damage,
		Key: g.Key, Retired: g.Retired, Review: g.Review, Access: g.Access, Clock: g.Clock,
		Refused: g.Refused, Flood: g.Flood, Reconciled: g.Reconciled,
	}
}

func (w *wire) change() Event {
	g := &w.Gateway
	e := Event{
		Change: g.Change, Stage: g.Stage, Time: w.Time,
		Dialect: g.Dialect, Operation: g.Operation, Cluster: g.Cluster, Mode: g.Mode,
		Verdict: g.Verdict, Cause: g.Cause, Enforced: g.Enforced, Outcome: g.Outcome,
		Reason: g.Reason, Secret: g.Secret,
		Actor: Actor{Name: w.User.Name, Initiator: g.Actor.Initiator, Scheme: g.Actor.Scheme,
			Realm: g.Actor.Realm, ID: g.Actor.ID, Verified: g.Actor.Verified},
		Targets: w.User.Target.Name, Self: g.Self,
		Client: w.client(),
		Request: Request{Method: w.HTTP.Request.Method, Path: w.URL.Path, Host: w.URL.Host, Scheme: w.URL.Scheme,
			Version: w.HTTP.Version, MediaType: w.HTTP.Request.MediaType, OpaqueID: g.OpaqueID, TraceID: w.Trace.ID},
		Upstream: Upstream{Status: g.Upstream.Status, Node: g.Upstream.Node, RequestID: g.Upstream.RequestID, Task: g.Upstream.Task},
		Status:   w.HTTP.Response.Status, Duration: time.Duration(w.Event.Duration),
	}
	if g.Policy != nil {
		e.Policy, e.Digest = g.Policy.Name, g.Policy.Digest
	}
	e.Rules, e.Rehearsed = g.Rules.rules(), g.Rehearsed.rules()
	if n := g.Next; n != nil {
		e.Next = &Next{Policy: n.Name, Digest: n.Digest, Rules: n.Rules.rules()}
	}
	if x := g.Exemption; x != nil {
		until, _ := time.Parse(time.DateOnly, x.Until)
		e.Exemption = &Exemption{Reason: x.Reason, Owner: x.Owner, Until: until}
	}
	return e
}
