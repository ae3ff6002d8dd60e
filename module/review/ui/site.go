// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/passgate/passgate/module/audit"
	"github.com/passgate/passgate/module/review"
	"github.com/passgate/passgate/module/review/anomaly"
	"github.com/passgate/passgate/module/review/signoff"
)

// Options say what is shown. Only Dir is needed.
type Options struct {
	Dir      string           // of the trail
	Reviews  string           // of the log of reviews; default below Dir
	Signers  *signoff.Signers // whose key is whose
	Settings anomaly.Settings
	MaxAge   time.Duration // of passwords, for reports; 0: as the profile says
	Keys     []string      // verifier keys that are trusted; default: the one in Dir

	// Note records that somebody has read the trail; nil: nobody does.
	Note func(context.Context, audit.Notice) error
	// Fail is told what went wrong; nil: nobody is.
	Fail func(error)

	Now func() time.Time // default time.Now
}

// Site serves the pages. Close it when done.
type Site struct {
	o       Options
	keeper  *keeper
	visits  visits
	viewers chan struct{} // of the live tail, bounded

	mu       sync.Mutex
	findings map[string]findings // by period
}

// maxViewers bounds the connections that follow the trail.
const maxViewers = 64

// New starts to read the trail; pages say how far that is.
func New(o Options) *Site {
	if o.Reviews == "" {
		o.Reviews = signoff.Dir(o.Dir)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Fail == nil {
		o.Fail = func(error) {}
	}
	o.Settings = o.Settings.WithDefaults()
	return &Site{o: o, keeper: newKeeper(o), viewers: make(chan struct{}, maxViewers)}
}

// Close stops reading.
func (s *Site) Close() { s.keeper.close() }

// view is what a page is made from.
type request struct {
	*http.Request
	site   *Site
	reader string
	query  url.Values
	view   *review.View
	now    time.Time // that relative times count from
}

// answer is a page before it is sent.
type answer struct {
	status   int
	template string
	data     any
	header   http.Header
	// first and count are the records shown, for the record of who read what.
	first, last, count int64
}

// pages by the last segment of the path.
var pages = map[string]func(*request) (*answer, error){
	"": overviewPage, "events": eventsPage, "event": eventPage, "people": peoplePage, "rules": rulesPage,
	"integrity": integrityPage, "reviews": reviewsPage, "report": reportPage,
}

// downloads write their own response.
var downloads = map[string]func(*request, http.ResponseWriter) error{
	"export.csv": exportCSV, "export.jsonl": exportLines, "live": liveTail,
	"report.html": reportHTML, "report.csv": reportCSV, "report.json": reportJSON,
	"record.jsonl": recordLine, "record.tlog-proof": recordProof,
}

// Serve answers a request of reader, who must not be empty. The last segment of
// the path chooses the page, so that the site works below any path.
func (s *Site) Serve(w http.ResponseWriter, r *http.Request, reader string) {
	protect(w.Header())
	switch {
	case reader == "":
		s.fail(w, r, http.StatusForbidden, "Nobody is signed in", "This page is shown only to people the server knows. Put an authentication in front of it, such as basic_auth or forward_auth.")
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		s.fail(w, r, http.StatusMethodNotAllowed, "Nothing can be changed here", "The page only reads.")
		return
	}
	name := path.Base("/" + strings.TrimPrefix(r.URL.Path, "/"))
	if strings.HasSuffix(r.URL.Path, "/") || r.URL.Path == "" {
		name = ""
	}
	if serveAsset(w, r, name) {
		return
	}
	page, isPage := pages[name]
	download, isDownload := downloads[name]
	switch {
	case isPage && name == "" && !strings.HasSuffix(originalPath(r), "/"):
		redirect(w, path.Base(originalPath(r))+"/")
	case isPage || isDownload:
		s.dispatch(w, r, reader, name, page, download)
	case strings.Contains(name, "."):
		s.fail(w, r, http.StatusNotFound, "No such page", "")
	default:
		// Below a path, the address without its final slash leads here too.
		redirect(w, name+"/")
	}
}

// redirect goes to a place beside the current one. The name is escaped, so it
// can't lead elsewhere.
func redirect(w http.ResponseWriter, to string) {
	u := url.URL{Path: "./" + to}
	w.Header().Set("Location", u.EscapedPath())
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// protect: nothing is loaded from elsewhere, kept, framed or guessed.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

func (s *Site) dispatch(w http.ResponseWriter, r *http.Request, reader, name string, page func(*request) (*answer, error), download func(*request, http.ResponseWriter) error) {
	view, state := s.keeper.current(r.Context())
	if view == nil {
		s.notReady(w, r, state)
		return
	}
	req := &request{Request: r, site: s, reader: reader, query: r.URL.Query(), view: view, now: s.reference(view)}
	if download != nil {
		if err := download(req, w); err != nil {
			s.explain(w, r, err)
		}
		return
	}
	a, err := page(req)
	if err != nil {
		s.explain(w, r, err)
		return
	}
	s.visited(req, name, a)
	s.render(w, r, req, a)
}

// reference is the present, or the newest record's time for a trail that has
// ended: "the last 30 days" of an archive are its own.
func (s *Site) reference(v *review.View) time.Time {
	now := s.o.Now().UTC().Truncate(time.Second)
	if newest := v.Extent().Newest; !newest.IsZero() && now.Sub(newest) > 48*time.Hour {
		return newest.Add(time.Second).Truncate(time.Second)
	}
	return now
}

// mistake is an error of the reader's, to be explained to him.
type mistake struct {
	status int
	error
}

func notFound(text string) error { return mistake{http.StatusNotFound, errors.New(text)} }

func badRequest(err error) error { return mistake{http.StatusBadRequest, err} }

func (s *Site) explain(w http.ResponseWriter, r *http.Request, err error) {
	var m mistake
	switch {
	case errors.As(err, &m) && m.status == http.StatusNotFound:
		s.fail(w, r, m.status, "Not found", m.Error())
	case errors.As(err, &m):
		s.fail(w, r, m.status, "That can't be asked", m.Error())
	case r.Context().Err() != nil: // the reader has left
	default:
		s.o.Fail(err)
		s.fail(w, r, http.StatusInternalServerError, "The trail can't be read", "The gateway's log says why.")
	}
}

func (s *Site) fail(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.send(w, r, status, "message", frameless{Title: title, Text: text, Style: styleLink})
}

// frameless is a page without navigation.
type frameless struct {
	Title, Text, Style string
	Done               int // per cent; -1: nothing is going on
}

func (s *Site) notReady(w http.ResponseWriter, r *http.Request, state progress) {
	if state.err != nil {
		s.o.Fail(state.err)
		s.fail(w, r, http.StatusServiceUnavailable, "The trail can't be read", "The gateway's log says why. It is tried again every few seconds.")
		return
	}
	w.Header().Set("Refresh", "2")
	w.Header().Set("Retry-After", "2")
	s.send(w, r, http.StatusServiceUnavailable, "message", frameless{
		Title: "Reading the trail", Style: styleLink, Done: state.percent(),
		Text: fmt.Sprintf("%d of %d MiB. This page comes back by itself.", state.done>>20, state.total>>20),
	})
}

func (s *Site) render(w http.ResponseWriter, r *http.Request, req *request, a *answer) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	s.send(w, r, a.status, a.template, a.data)
}

// send renders first and writes then, so that an error is never half a page.
func (s *Site) send(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var b bytes.Buffer
	if err := templates[name].ExecuteTemplate(&b, "layout", data); err != nil {
		s.o.Fail(fmt.Errorf("rendering %s: %w", name, err))
		http.Error(w, "the page can't be shown; the gateway's log says why", http.StatusInternalServerError)
		return
	}
	if status == 0 {
		status = http.StatusOK
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes())
	}
}
