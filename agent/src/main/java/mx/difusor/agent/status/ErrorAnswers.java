package mx.difusor.agent.status;

import java.util.Locale;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** For requests that do not reach the routes: malformed, too large, too late. Says what, never why or where. */
final class ErrorAnswers implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Answer.error(status, HttpStatus.getMessage(status).toLowerCase(Locale.ROOT), cure(status))
                .send(request, response, callback);
        return true;
    }

    private static String cure(int status) {
        return switch (status) {
            case 408 -> "send the whole request without pauses";
            case 414, 431 -> "send a shorter request";
            case 500 -> "the agent's log says more";
            default -> "send a well-formed HTTP/1.1 request";
        };
    }
}
