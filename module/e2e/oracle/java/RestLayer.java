// SPDX-License-Identifier: Apache-2.0

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.xpack.core.security.authc.support.UsernamePasswordToken;

/**
 * A REST layer that only listens: the published HTTP transport and REST controller in front of
 * handlers that read a request as the security plugin does, and tell what they read.
 *
 * <p>Each change that a handler understood is a frame on standard output, written before the client
 * has its answer. A frame on standard input is given back as it is, behind all changes that were told
 * before: so the other side knows that it has seen them.
 */
public final class RestLayer {
    private final DataOutputStream out;

    public static void main(String[] args) throws Exception {
        RestLayer layer = new RestLayer(new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16)));
        System.setOut(System.err);
        Release.prepare();
        HttpServerTransport transport = Layer.start(layer.handlers());
        Answer port = new Answer();
        port.clear();
        port.add(Answer.PORT, Integer.toString(transport.boundAddress().publishAddress().getPort()));
        layer.tell(port);
        layer.echo(new DataInputStream(System.in));
        System.exit(0); // pools and event loops keep no state worth closing
    }

    private RestLayer(DataOutputStream out) {
        this.out = out;
    }

    private synchronized void tell(Answer answer) throws IOException {
        answer.writeTo(out);
        out.flush();
    }

    private void echo(DataInputStream in) throws IOException {
        while (true) {
            byte[] frame;
            try {
                frame = new byte[in.readInt()];
            } catch (EOFException end) {
                return;
            }
            in.readFully(frame);
            synchronized (this) {
                out.writeInt(frame.length);
                out.write(frame);
                out.flush();
            }
        }
    }

    private List<Layer.Handler> handlers() {
        List<Layer.Handler> all = new ArrayList<>();
        List<String> named = new ArrayList<>();
        List<String> own = new ArrayList<>();
        List<String> users = new ArrayList<>();
        for (String api : Release.APIS) {
            named.add(api + "/user/{username}/_password");
            own.add(api + "/user/_password");
            users.add(api + "/user/{username}");
            for (String neighbour : new String[] {"/user/{username}/_enable", "/user/{username}/_disable"}) {
                all.add(new Layer.Handler(Set.of("PUT", "POST"), List.of(api + neighbour), false, request -> {
                    request.param("username");
                    return () -> {};
                }));
            }
            all.add(new Layer.Handler(
                Set.of("GET", "POST"), List.of(api + "/user/_has_privileges", api + "/user/{username}/_has_privileges"), false,
                request -> {
                    request.param("username");
                    request.content();
                    return () -> {};
                }));
            all.add(new Layer.Handler(Set.of("GET", "DELETE"), List.of(api + "/user/{username}"), false, request -> {
                request.param("username");
                return () -> {};
            }));
        }
        named.addAll(own);
        all.add(new Layer.Handler(Set.of("PUT", "POST"), named, true, this::changePassword));
        all.add(new Layer.Handler(Set.of("PUT", "POST"), users, true, this::putUser));
        return all;
    }

    /** Follows RestChangePasswordAction: the body is read when the channel is there. */
    private Layer.Then changePassword(RestRequest request) {
        String username = request.param("username");
        request.param("refresh");
        var content = request.requiredContent();
        var type = request.getXContentType();
        Answer answer = begin("change_password", request);
        if (username != null) {
            answer.add(Answer.TARGET, username);
        }
        return () -> {
            Release.changePassword(content, type, answer);
            tell(answer);
        };
    }

    /** Follows RestPutUserAction: the body is read at once. */
    private Layer.Then putUser(RestRequest request) throws IOException {
        Answer answer = begin("put_user", request);
        Release.putUser(request.param("username"), request.requiredContent(), request.getXContentType(), answer);
        request.param("refresh");
        return () -> tell(answer);
    }

    private static Answer begin(String operation, RestRequest request) {
        Answer answer = new Answer();
        answer.clear();
        answer.add(Answer.OPERATION, operation);
        answer.add(Answer.METHOD, request.method().name());
        add(answer, Answer.ID, request, "X-Opaque-Id");
        add(answer, Answer.RUN_AS, request, "es-security-runas-user");
        for (String authorization : values(request, "Authorization")) {
            ThreadContext context = new ThreadContext(Settings.EMPTY);
            context.putHeader("Authorization", authorization);
            UsernamePasswordToken token = UsernamePasswordToken.extractToken(context);
            answer.add(Answer.LOGIN, token == null ? "" : token.principal());
        }
        return answer;
    }

    private static void add(Answer answer, char field, RestRequest request, String header) {
        for (String value : values(request, header)) {
            answer.add(field, value);
        }
    }

    /** A header that may come once is refused when it comes twice with two values (RestController). */
    private static List<String> values(RestRequest request, String header) {
        List<String> values = request.getAllHeaderValues(header);
        if (values == null) {
            return List.of();
        }
        List<String> distinct = values.stream().distinct().toList();
        if (distinct.size() > 1) {
            throw new IllegalArgumentException("multiple values for single-valued header");
        }
        return distinct;
    }
}
