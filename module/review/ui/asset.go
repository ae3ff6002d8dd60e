// SPDX-License-Identifier: Apache-2.0

package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strconv"
)

//go:embed templates/*.html style.css live.js icon.svg
var files embed.FS

// asset is a file that is the same for everybody.
type asset struct {
	content []byte
	kind    string
}

var assets = map[string]asset{
	"style.css": {read("style.css"), "text/css; charset=utf-8"},
	"live.js":   {read("live.js"), "text/javascript; charset=utf-8"},
	"icon.svg":  {read("icon.svg"), "image/svg+xml"},
}

// styleLink changes with the style, so that it can be cached for good.
var styleLink, scriptLink = versioned("style.css"), versioned("live.js")

func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		panic("reading the embedded " + name + ": " + err.Error())
	}
	return content
}

func versioned(name string) string {
	sum := sha256.Sum256(assets[name].content)
	return name + "?v=" + hex.EncodeToString(sum[:6])
}

func serveAsset(w http.ResponseWriter, r *http.Request, name string) bool {
	a, ok := assets[name]
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("Content-Length", strconv.Itoa(len(a.content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.content)
	}
	return true
}

// templates by page; each is the layout with the page's own parts in it.
var templates = parseTemplates("message", "overview", "events", "event", "people", "rules", "integrity", "reviews", "report")

func parseTemplates(names ...string) map[string]*template.Template {
	all := make(map[string]*template.Template)
	for _, name := range names {
		t := template.New(name).Funcs(functions)
		all[name] = template.Must(t.ParseFS(files, "templates/layout.html", "templates/parts.html", "templates/"+name+".html"))
	}
	return all
}
