// SPDX-License-Identifier: Apache-2.0

package oracle

import (
	"context"
	"embed"
	"path"
	"strings"

	"github.com/passgate/passgate/module/e2e"
)

//go:embed java/*.java java/*/*.java
var sources embed.FS

// Set is one cluster's readers: published artifacts and a small program that
// asks them.
type Set struct {
	Name    string // of the cluster and its release
	Dialect string
	program e2e.Program
}

// releases are those of Elasticsearch. Two of x-pack-core's own needs are not
// published for 9; these classes don't use them.
var releases = []struct {
	version, folder string
	jdk             [2]int
	with, alone     []string
}{
	{"6.8.23", "v6", [2]int{17, 17}, []string{server, netty + "-client", xpack}, nil},
	{"7.17.28", "v7", [2]int{17, 17}, []string{server, netty + "-client", xpack}, nil},
	{"8.19.21", "v8", [2]int{17, 17}, []string{server, netty, xpack}, nil},
	{"9.5.3", "v9", [2]int{21, 25}, []string{server, netty}, []string{xpack}},
}

const (
	server = "org.elasticsearch:elasticsearch"
	netty  = "org.elasticsearch.plugin:transport-netty4"
	xpack  = "org.elasticsearch.plugin:x-pack-core"
)

// elasticsearch makes one set per release from start on, that runs a program of
// these sources.
func elasticsearch(start int, main string, names ...string) (sets []Set) {
	for _, r := range releases[start:] {
		coordinates := func(artifacts []string) (full []string) {
			for _, name := range artifacts {
				full = append(full, name+":"+r.version)
			}
			return full
		}
		own := append([]string{r.folder + "/Release"}, names...)
		if main == "RestLayer" {
			own = append(own, r.folder+"/Layer")
		}
		sets = append(sets, Set{"elasticsearch " + r.version, "elasticsearch", e2e.Program{
			Name:      strings.ToLower(main) + "-" + r.version,
			ClassPath: e2e.Maven("oracle-elasticsearch-"+r.version, coordinates(r.with), coordinates(r.alone)),
			Releases:  r.jdk, Main: main, Options: options(), Sources: java(own...),
		}})
	}
	return sets
}

// Sets are all readers that are asked.
func Sets() []Set {
	opensearch := func(patch, library string, args ...string) Set {
		classes := e2e.OpenSearchClassPath
		if library != "" {
			classes = before(e2e.Maven("oracle-"+patch, nil, []string{library}), classes)
		}
		return Set{"opensearch, " + patch, "opensearch", e2e.Program{
			Name: "opensearchreaders-" + patch, ClassPath: classes, Args: args,
			Releases: [2]int{17, 17}, Main: "OpenSearchReaders", Options: options(),
			Sources: java("Frames", "Answer", "OpenSearchReaders"),
		}}
	}
	return append(elasticsearch(0, "ElasticsearchReaders", "Frames", "Answer", "ElasticsearchReaders"),
		opensearch("zjsonpatch-0.4.16", ""), // the one that 2.19.3 comes with
		opensearch("zjsonpatch-0.4.4", "com.flipkart.zjsonpatch:zjsonpatch:0.4.4", "loose"),
		opensearch("zjsonpatch-0.6.2", "io.github.vishwakarma:zjsonpatch:0.6.2"),
	)
}

// Layers are the REST layers of Elasticsearch 7.17, 8.19 and 9.5: programs that
// tell their port first and then every change they read (RestLayer.java).
func Layers() []Set { return elasticsearch(1, "RestLayer", "Answer", "RestLayer") }

// options keep a process small and make its refusals cheap: an exception
// without a stack is a hundred times quicker.
func options() []string {
	return []string{
		"-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:-StackTraceInThrowable",
		"-Dlog4j2.level=OFF", "-Dlog4j2.StatusLogger.level=OFF", "-Dfile.encoding=UTF-8",
	}
}

// before puts one class path in front of another, so that its classes win.
func before(first, second e2e.ClassPath) e2e.ClassPath {
	return func(ctx context.Context) (string, error) {
		a, err := first(ctx)
		if err != nil {
			return "", err
		}
		b, err := second(ctx)
		return a + ":" + b, err
	}
}

// java returns embedded sources by their names.
func java(names ...string) map[string][]byte {
	files := make(map[string][]byte)
	for _, name := range names {
		text, err := sources.ReadFile(path.Join("java", name+".java"))
		if err != nil {
			panic(err) // a name in this file is wrong
		}
		files[path.Base(name)+".java"] = text
	}
	return files
}

// concerns tells whether a set can say something about an input.
func (s Set) concerns(in *Input) bool {
	if s.Dialect != in.Dialect {
		return false
	}
	// Only the first OpenSearch set differs from the others in more than patches.
	return s.Dialect != "opensearch" || in.patches() || strings.HasSuffix(s.Name, "0.4.16")
}
