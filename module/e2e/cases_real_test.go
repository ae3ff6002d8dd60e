// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"testing"
)

// TestCasesAgainstClusters drives the same files through the real binary in
// front of the real clusters. Sandbox and cluster agree because both have to do
// what the file says.
func TestCasesAgainstClusters(t *testing.T) {
	requireEnabled(t)
	dir := t.TempDir()
	r := newCourse(dir)
	clusters := map[string]*Cluster{"elasticsearch": realElasticsearch(t), "opensearch": realOpenSearch(t)}
	taps := make(map[string]*tap)
	for name, c := range clusters {
		taps[name] = openTap(t, c.Addr)
	}
	r.gone = openTap(t, "")
	for _, c := range allCases(t) {
		if !c.at("cluster") {
			continue
		}
		r.add(t, c, clusters[c.Dialect], taps[c.Dialect], false)
	}
	startBinary(t, dir, r.layout)
	r.drive(t)
}

// startBinary runs the gateway, as a user would build it, with the layout until the test ends.
func startBinary(t *testing.T, dir string, l *layout) {
	t.Helper()
	gateway, err := startGateway(context.Background(), builtBinary(t), dir, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(gateway.stop)
}
