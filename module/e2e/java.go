// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// EnvJava names the JDK 17 to run the clusters with; default: the one that
// JAVA_HOME or /usr/lib/jvm holds.
const EnvJava = "PASSGATE_E2E_JAVA_HOME"

// errNoJava17: both clusters of the suite were built for Java 17 at most.
var errNoJava17 = errors.New("no JDK 17 found: install openjdk-17-jdk-headless, or name its home in " + EnvJava)

// javaHome finds a JDK 17.
func javaHome() (string, error) {
	homes := []string{os.Getenv(EnvJava), os.Getenv("JAVA_HOME")}
	installed, err := filepath.Glob("/usr/lib/jvm/*")
	if err != nil {
		return "", err
	}
	slices.Sort(installed)
	for _, home := range append(homes, installed...) {
		if home != "" && isJDK17(home) {
			return home, nil
		}
	}
	return "", errNoJava17
}

// isJDK17 reads the release file every JDK carries (JEP 223).
func isJDK17(home string) bool {
	release, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(home, "bin", "javac"))
	return err == nil && strings.Contains(string(release), `JAVA_VERSION="17`)
}
