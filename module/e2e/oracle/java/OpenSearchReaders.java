// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.flipkart.zjsonpatch.JsonPatch;
import org.apache.logging.log4j.LogManager;
import org.opensearch.common.path.PathTrie;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.rest.RestUtils;
import org.opensearch.security.DefaultObjectMapper;
import org.opensearch.security.support.HTTPHelper;
import org.opensearch.security.user.AuthCredentials;

/**
 * The readers of OpenSearch's security plugin. Bytes become text by Lucene's decoder and text becomes
 * JSON by the plugin's own mapper; patches are applied by the zjsonpatch on the class path. What
 * stands around these calls in the plugin needs a running node and is written here anew, more
 * leniently where in doubt: 2.10 and later by default, 1.0 to 2.9 with the argument "loose".
 */
public final class OpenSearchReaders {
    private static final Set<String> QUERY = Set.of("name", "filterBy", "pretty", "human", "error_trace", "format", "filter_path");
    private static final Set<String> ACCOUNT = Set.of("current_password", "password", "hash");
    private static final Set<String> USER = Set.of(
        "password", "hash", "backend_roles", "attributes", "description", "opendistro_security_roles", "hidden", "reserved");

    private final boolean loose;
    private final PathTrie<Map<String, String>> routes = new PathTrie<>(RestUtils.REST_DECODER);
    private final ObjectNode users = users();

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // a library that prints must not spoil a frame
        Frames.serve(System.in, out, new OpenSearchReaders(args.length > 0 && args[0].equals("loose"))::read);
    }

    private OpenSearchReaders(boolean loose) {
        this.loose = loose;
        for (String api : new String[] {"/_plugins/_security/api", "/_opendistro/_security/api"}) {
            add("PUT", api + "/account", "change_password_account");
            for (String users : new String[] {"/user", "/internalusers"}) {
                add("PUT", api + users + "/{name}", "create_user");
                add("POST", api + users + "/{name}/authtoken", "generate_user_token");
                add("DELETE", api + users + "/{name}", "-");
                add("GET", api + users + "/{name}", "-");
                add("GET", api + users, "-");
            }
            add("PATCH", api + "/internalusers", "patch");
            add("PATCH", api + "/internalusers/{name}", "patch");
            add("POST", api + "/version/rollback", "rollback");
            add("POST", api + "/version/rollback/{versionID}", "rollback");
            add("GET", api + "/account", "-");
            add("PUT", api + "/roles/{name}", "-");
            add("PATCH", api + "/roles", "-");
            add("DELETE", api + "/cache", "-");
        }
        for (String method : new String[] {"PUT", "POST"}) {
            add(method, "/{index}", "-");
            add(method, "/{index}/_doc/{id}", "-");
        }
    }

    /** The users a patch finds; their attributes hold what an operation might copy into a hash. */
    private static ObjectNode users() {
        ObjectNode users = DefaultObjectMapper.objectMapper.createObjectNode();
        for (String name : new String[] {"bob", "alice", "a/b", "a~b", "a~1b", "a=b", "password", "hash", "0"}) {
            ObjectNode user = users.putObject(name);
            user.put("hash", "stored hash of " + name);
            user.putArray("backend_roles").add("role of " + name);
            user.putObject("attributes").put("x", "attribute of " + name).put("password", "p of " + name);
            user.put("description", "description of " + name);
        }
        return users;
    }

    private void add(String method, String path, String operation) {
        Map<String, String> one = new HashMap<>();
        one.put(method, operation);
        routes.insertOrUpdate(path, one, (had, more) -> {
            had.putAll(more);
            return had;
        });
    }

    private void read(byte kind, byte[] payload, Answer answer) throws Exception {
        switch (kind) {
            case 'a' -> object(payload, 0, ACCOUNT, null, answer);
            case 'i' -> object(payload, nameEnd(payload), USER, name(payload), answer);
            case 's' -> patchOne(name(payload), tree(payload, nameEnd(payload)), answer);
            case 'k' -> patchAll(tree(payload, 0), answer);
            case 'u' -> {
                int method = 1 + (payload[0] & 0xff);
                route(
                    new String(payload, 1, method - 1, StandardCharsets.ISO_8859_1),
                    new String(payload, method, payload.length - method, StandardCharsets.ISO_8859_1),
                    answer);
            }
            case 'b' -> basic(new String(payload, StandardCharsets.ISO_8859_1), answer);
            default -> throw new IllegalArgumentException("unknown question " + kind);
        }
    }

    private static int nameEnd(byte[] payload) {
        return 2 + ((payload[0] & 0xff) << 8 | payload[1] & 0xff);
    }

    private static String name(byte[] payload) {
        return new String(payload, 2, nameEnd(payload) - 2, StandardCharsets.UTF_8);
    }

    private static JsonNode tree(byte[] payload, int from) throws IOException {
        JsonNode tree = DefaultObjectMapper.readTree(new BytesArray(payload, from, payload.length - from).utf8ToString());
        if (tree == null || tree.isEmpty()) {
            throw new IllegalArgumentException("request body required");
        }
        return tree;
    }

    /** Follows RequestContentValidator: known keys, and texts where secrets are. */
    private static void check(JsonNode object, Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            if (!known.contains(names.next())) {
                throw new IllegalArgumentException("invalid keys");
            }
        }
        for (String secret : new String[] {"password", "hash", "current_password"}) {
            if (object.has(secret) && !object.get(secret).isTextual()) {
                throw new IllegalArgumentException("wrong data type");
            }
        }
    }

    private static void object(byte[] payload, int from, Set<String> known, String target, Answer answer) throws IOException {
        JsonNode tree = tree(payload, from);
        check(tree, known);
        if (target != null) {
            answer.add(Answer.TARGET, target);
        }
        if (tree.has("current_password")) {
            answer.add(Answer.CURRENT, tree.get("current_password").asText());
        } else if (target == null) {
            throw new IllegalArgumentException("missing mandatory keys");
        }
        secret(tree, null, answer);
    }

    /** The password wins over a hash beside it. */
    private static void secret(JsonNode user, JsonNode before, Answer answer) {
        if (user.has("password")) {
            answer.add(Answer.PASSWORD, user.get("password").asText());
        } else if (user.has("hash") && (before == null || !user.get("hash").equals(before.get("hash")))) {
            answer.add(Answer.HASH, user.get("hash").asText());
        }
    }

    private JsonNode apply(JsonNode patch, JsonNode to) {
        if (!loose) {
            if (!(patch instanceof ArrayNode)) {
                throw new IllegalArgumentException("wrong request body");
            }
            int operations = 0;
            for (JsonNode one : patch) {
                if (one.has("op")) {
                    operations++;
                    if (!Set.of("add", "replace", "remove").contains(one.get("op").asText())) {
                        throw new IllegalArgumentException("unsupported patch operation");
                    }
                }
            }
            if (operations == 0) {
                throw new IllegalArgumentException("wrong request body");
            }
        }
        return JsonPatch.apply(patch, to);
    }

    private void patchOne(String name, JsonNode patch, Answer answer) {
        JsonNode before = users.get(name);
        if (before == null) {
            throw new IllegalArgumentException("not found");
        }
        JsonNode after = apply(patch, before.deepCopy());
        user(name, before, after, !loose, answer);
    }

    /** A user the patch leaves behind. The loose releases make a text of any password before they check. */
    private static void user(String name, JsonNode before, JsonNode after, boolean checked, Answer answer) {
        if (after == null || after.equals(before)) {
            return;
        }
        if (!after.isObject()) {
            throw new IllegalArgumentException("not a user");
        }
        if (checked) {
            check(after, USER);
        }
        answer.add(Answer.TARGET, name);
        secret(after, before, answer);
    }

    private void patchAll(JsonNode patch, Answer answer) {
        JsonNode after = apply(patch, users.deepCopy());
        Set<String> checked = new HashSet<>();
        if (!loose) {
            for (JsonNode one : patch) {
                if (one.has("path")) {
                    // A pointer to the whole map has no property: the plugin fails on it.
                    checked.add(Objects.requireNonNull(JsonPointer.compile(one.get("path").asText()).getMatchingProperty()));
                }
            }
        }
        for (Iterator<String> names = after.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            user(name, users.get(name), after.get(name), checked.contains(name), answer);
        }
    }

    private void route(String method, String uri, Answer answer) {
        int end = uri.indexOf('?');
        Map<String, String> query = new HashMap<>();
        if (end >= 0) {
            RestUtils.decodeQueryString(uri, end + 1, query);
        }
        Map<String, String> parameters = new HashMap<>();
        Iterator<Map<String, String>> found = routes.retrieveAll(end < 0 ? uri : uri.substring(0, end), () -> {
            parameters.clear();
            parameters.putAll(query);
            return parameters;
        });
        while (found.hasNext()) {
            Map<String, String> methods = found.next();
            String operation = methods == null ? null : methods.get(method);
            if (operation == null) {
                continue;
            }
            if (!operation.equals("-")) {
                if (!QUERY.containsAll(query.keySet())) {
                    throw new IllegalArgumentException("unrecognized parameters");
                }
                String name = parameters.get("name");
                boolean named = name != null && !name.isEmpty();
                if (operation.equals("patch")) {
                    operation = named ? "patch_user" : "patch_users";
                }
                answer.add(Answer.OPERATION, operation);
                if (named && !operation.equals("change_password_account") && !operation.equals("rollback")) {
                    answer.add(Answer.TARGET, name);
                }
            }
            return;
        }
        throw new IllegalArgumentException("no handler");
    }

    private static void basic(String header, Answer answer) {
        AuthCredentials credentials = HTTPHelper.extractCredentials(header, LogManager.getLogger(OpenSearchReaders.class));
        if (credentials != null) {
            answer.add(Answer.TARGET, credentials.getUsername());
        }
    }
}
