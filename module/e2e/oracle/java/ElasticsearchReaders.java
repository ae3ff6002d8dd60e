// SPDX-License-Identifier: Apache-2.0

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

import org.elasticsearch.common.bytes.BytesArray;
import org.elasticsearch.common.path.PathTrie;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.rest.RestUtils;
import org.elasticsearch.xpack.core.security.authc.support.UsernamePasswordToken;

/** The readers of one release of Elasticsearch; what differs between releases is in Release. */
public final class ElasticsearchReaders {
    private static final Set<String> QUERY =
        Set.of("refresh", "username", "pretty", "human", "error_trace", "format", "filter_path");

    private final PathTrie<Map<String, String>> routes = new PathTrie<>(RestUtils.REST_DECODER);
    private final Settings settings = Settings.EMPTY;

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err); // a library that prints must not spoil a frame
        Release.prepare();
        ElasticsearchReaders readers = new ElasticsearchReaders();
        Frames.serve(System.in, out, readers::read);
    }

    private ElasticsearchReaders() {
        for (String api : Release.APIS) {
            for (String method : new String[] {"PUT", "POST"}) {
                add(method, api + "/user/{username}/_password", "change_password");
                add(method, api + "/user/_password", "change_password");
                add(method, api + "/user/{username}", "put_user");
                add(method, api + "/user/{username}/_enable", "-");
                add(method, api + "/user/{username}/_disable", "-");
            }
            for (String method : new String[] {"GET", "POST"}) {
                add(method, api + "/user/_has_privileges", "-");
                add(method, api + "/user/{username}/_has_privileges", "-");
            }
            add("GET", api + "/user/{username}", "-");
            add("GET", api + "/user/_privileges", "-");
            add("GET", api + "/user", "-");
            add("DELETE", api + "/user/{username}", "-");
            add("PUT", api + "/role/{name}", "-");
        }
        // What the rest of the API would put beside them.
        for (String method : new String[] {"PUT", "POST"}) {
            add(method, "/{index}", "-");
            add(method, "/{index}/_doc/{id}", "-");
            add(method, "/{index}/{type}/{id}", "-");
            add(method, "/{index}/_create/{id}", "-");
        }
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
            case 'c' -> Release.changePassword(new BytesArray(payload), Release.JSON, answer);
            case 'p' -> {
                int name = 2 + ((payload[0] & 0xff) << 8 | payload[1] & 0xff);
                byte[] body = java.util.Arrays.copyOfRange(payload, name, payload.length);
                Release.putUser(new String(payload, 2, name - 2, StandardCharsets.UTF_8), new BytesArray(body), Release.JSON, answer);
            }
            case 'u' -> {
                int method = 1 + (payload[0] & 0xff);
                // The transport reads a request line as ISO-8859-1.
                route(
                    new String(payload, 1, method - 1, StandardCharsets.ISO_8859_1),
                    new String(payload, method, payload.length - method, StandardCharsets.ISO_8859_1),
                    answer);
            }
            case 'b' -> basic(new String(payload, StandardCharsets.ISO_8859_1), answer);
            default -> throw new IllegalArgumentException("unknown question " + kind);
        }
    }

    /** Follows RestController.tryAllHandlers: the first route in the trie's order that has the method. */
    private void route(String method, String uri, Answer answer) {
        Map<String, String> query = Release.parameters(uri);
        Map<String, String> parameters = new HashMap<>();
        Iterator<Map<String, String>> found = Release.retrieve(routes, Release.rawPath(uri), () -> {
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
                answer.add(Answer.OPERATION, operation);
                String target = parameters.get("username");
                if (target != null) {
                    answer.add(Answer.TARGET, target);
                }
            }
            return;
        }
        throw new IllegalArgumentException("no handler");
    }

    private void basic(String header, Answer answer) {
        ThreadContext context = new ThreadContext(settings);
        context.putHeader("Authorization", header);
        UsernamePasswordToken token = UsernamePasswordToken.extractToken(context);
        if (token != null) {
            answer.add(Answer.TARGET, token.principal());
        }
    }
}
