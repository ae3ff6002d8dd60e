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

// Sets are all readers that are asked.
func Sets() []Set {
	const es, plugin = "org.elasticsearch:elasticsearch:", "org.elasticsearch.plugin:"
	elasticsearch := func(release, folder string, jdk [2]int, with, alone []string) Set {
		return Set{"elasticsearch " + release, "elasticsearch", e2e.Program{
			Name: "oracle-elasticsearch-" + release, ClassPath: e2e.Maven("oracle-elasticsearch-"+release, with, alone),
			Releases: jdk, Main: "ElasticsearchReaders", Options: options(),
			Sources: java("Frames", "Answer", "ElasticsearchReaders", folder+"/Release"),
		}}
	}
	opensearch := func(patch, library string, args ...string) Set {
		classes := e2e.OpenSearchClassPath
		if library != "" {
			classes = before(e2e.Maven("oracle-"+patch, nil, []string{library}), classes)
		}
		return Set{"opensearch, " + patch, "opensearch", e2e.Program{
			Name: "oracle-opensearch-" + patch, ClassPath: classes, Args: args,
			Releases: [2]int{17, 17}, Main: "OpenSearchReaders", Options: options(),
			Sources: java("Frames", "Answer", "OpenSearchReaders"),
		}}
	}
	old, recent := [2]int{17, 17}, [2]int{21, 25}
	return []Set{
		elasticsearch("6.8.23", "v6", old, []string{es + "6.8.23", plugin + "transport-netty4-client:6.8.23", plugin + "x-pack-core:6.8.23"}, nil),
		elasticsearch("7.17.28", "v7", old, []string{es + "7.17.28", plugin + "transport-netty4-client:7.17.28", plugin + "x-pack-core:7.17.28"}, nil),
		elasticsearch("8.19.21", "v8", old, []string{es + "8.19.21", plugin + "transport-netty4:8.19.21", plugin + "x-pack-core:8.19.21"}, nil),
		// Two of x-pack-core's own needs are not published for 9; these classes don't use them.
		elasticsearch("9.5.3", "v9", recent, []string{es + "9.5.3", plugin + "transport-netty4:9.5.3"}, []string{plugin + "x-pack-core:9.5.3"}),
		opensearch("zjsonpatch-0.4.16", ""), // the one that 2.19.3 comes with
		opensearch("zjsonpatch-0.4.4", "com.flipkart.zjsonpatch:zjsonpatch:0.4.4", "loose"),
		opensearch("zjsonpatch-0.6.2", "io.github.vishwakarma:zjsonpatch:0.6.2"),
	}
}

// options keep a process small and make its refusals cheap: an exception
// without a stack is a hundred times quicker.
func options() []string {
	return []string{
		"-Xms64m", "-Xmx320m", "-XX:+UseSerialGC", "-XX:-StackTraceInThrowable",
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
