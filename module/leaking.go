// SPDX-License-Identifier: Apache-2.0

package module

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// leakWarnings tells which of Caddy's own logs would hold credentials, or the
// length of a password, with the logs and sites as configured. The access log
// knows nothing of guarded requests (see change.guard), but their headers go to
// debug logs too, and of the other requests Caddy hides four headers only:
// X-Auth-Token and Es-Secondary-Authorization are not among them.
func leakWarnings(http *caddyhttp.App, logs []caddyLog, sites []*Handler) []string {
	servers := guardedServers(http)
	if len(servers) == 0 {
		return nil
	}
	var warnings []string
	accesses := map[string]bool{} // names of the access logs of guarded sites
	for _, s := range servers {
		if s.Logs == nil {
			continue
		}
		if s.Logs.ShouldLogCredentials {
			warnings = append(warnings, "log_credentials writes passwords and tokens into Caddy's log; remove it from the global servers options")
		}
		if s.Logs.Trace {
			warnings = append(warnings, "trace writes the configuration of handlers into Caddy's log, and what it was given as secrets; remove it from the global servers options")
		}
		for _, name := range accessLogNames(s.Logs) {
			accesses[name] = true
		}
	}
	tokens := slices.ContainsFunc(sites, func(h *Handler) bool { return h.Dialect == "huawei_css" })
	for _, l := range logs {
		if what := l.leaks(slices.Sorted(maps.Keys(accesses)), tokens); what != "" {
			warnings = append(warnings, fmt.Sprintf("the log %q would hold %s; add to it: format filter { request>headers delete; request>uri regexp \"\\?.*\" \"\" }, each on a line of its own",
				l.name, what))
		}
	}
	slices.Sort(warnings)
	return slices.Compact(warnings)
}

// guardedServers are the servers with a guard in their routes.
func guardedServers(http *caddyhttp.App) (guarded []*caddyhttp.Server) {
	for _, name := range slices.Sorted(maps.Keys(http.Servers)) {
		w := sitingWalk{server: http.Servers[name]}
		behind := w.routes(w.server.Routes, way{})
		if behind.guarded || behind.narrowed || slices.ContainsFunc(w.found, func(p proxied) bool { return p.guarded }) {
			guarded = append(guarded, w.server)
		}
	}
	return guarded
}

func accessLogNames(c *caddyhttp.ServerLogConfig) []string {
	names := []string{c.DefaultLoggerName}
	for _, more := range c.LoggerNames {
		names = append(names, more...)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix("http.log.access."+name, ".")
	}
	return names
}

// caddyLog is what is looked at of one of Caddy's logs.
type caddyLog struct {
	name             string
	debug            bool
	include, exclude []string
	filtered         []string // fields that its format doesn't write as they are
}

// leaks says what the log would hold that it must not.
func (l *caddyLog) leaks(accesses []string, tokens bool) string {
	if l.hides("request>headers") {
		return ""
	}
	switch {
	case l.debug && l.takes("http.handlers.reverse_proxy"):
		return "the headers of password changes, because of its level, and so how long each password is"
	case slices.ContainsFunc(accesses, l.takes):
		return "headers of requests, some of which are credentials, such as Es-Secondary-Authorization and X-Auth-Token"
	case tokens && l.takes("http.log.error"):
		return "X-Auth-Token of requests that fail, which is a credential"
	}
	return ""
}

func (l *caddyLog) hides(field string) bool {
	return slices.Contains(l.filtered, field) || slices.Contains(l.filtered, "request")
}

// takes reports whether the log takes what a logger of that name writes: the
// longest name that stands before it decides.
func (l *caddyLog) takes(logger string) bool {
	longest := func(names []string) int {
		n := 0
		for _, name := range names {
			if name == "*" || strings.HasPrefix(logger+".", name+".") {
				n = max(n, len(name))
			}
		}
		return n
	}
	in, out := longest(l.include), longest(l.exclude)
	return (len(l.include) == 0 || in > 0) && (out == 0 || in > out)
}

// errNoLogs says that a Caddy of another build keeps its logs otherwise.
var errNoLogs = errors.New("the log configuration of this version of Caddy can't be looked at")

// caddyLogs reads the log configuration. Caddy shows it to no module, and takes
// the text of a format away once it is loaded; what is left stands in fields of
// its own types. They are only read, and a change of theirs is an error here.
func caddyLogs(ctx caddy.Context) (logs []caddyLog, err error) {
	defer func() {
		if recover() != nil { // reflection says by panics what isn't there
			logs, err = nil, errNoLogs
		}
	}()
	logging := reflect.ValueOf(ctx).FieldByName("cfg").Elem().FieldByName("Logging")
	if logging.IsNil() {
		return nil, errNoLogs // Caddy makes a default one before any app starts
	}
	for all := logging.Elem().FieldByName("Logs").MapRange(); all.Next(); {
		log := all.Value().Elem()
		logs = append(logs, caddyLog{
			name:     all.Key().String(),
			debug:    strings.EqualFold(log.FieldByName("Level").String(), "debug"),
			include:  texts(log.FieldByName("Include")),
			exclude:  texts(log.FieldByName("Exclude")),
			filtered: filteredBy(log.FieldByName("BaseLog").FieldByName("encoder")),
		})
	}
	slices.SortFunc(logs, func(a, b caddyLog) int { return strings.Compare(a.name, b.name) })
	return logs, nil
}

func texts(list reflect.Value) (texts []string) {
	for i := range list.Len() {
		texts = append(texts, list.Index(i).String())
	}
	return texts
}

// filteredBy lists the fields that an encoder, or one that it wraps, filters.
func filteredBy(encoder reflect.Value) (fields []string) {
	for encoder.Kind() == reflect.Interface || encoder.Kind() == reflect.Pointer {
		encoder = encoder.Elem()
	}
	if encoder.Kind() != reflect.Struct {
		return nil
	}
	if filters := encoder.FieldByName("Fields"); encoder.Type().Name() == "FilterEncoder" && filters.Kind() == reflect.Map {
		for each := filters.MapRange(); each.Next(); {
			fields = append(fields, each.Key().String())
		}
	}
	if wrapped := encoder.FieldByName("wrapped"); wrapped.IsValid() {
		fields = append(fields, filteredBy(wrapped)...)
	}
	return fields
}
