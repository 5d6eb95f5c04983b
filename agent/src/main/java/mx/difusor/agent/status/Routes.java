package mx.difusor.agent.status;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.MachineException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/** Which path answers what, to whom (contract, "HTTP"). */
final class Routes extends Handler.Abstract {

    private static final String OPERATOR = "/operator/publish";
    private static final String CHARTS = "/dashboard.json";
    private static final String TRUST = "/operator/trust";
    private static final String ALERTS = "/operator/alerts";

    private final Overview overview;
    private final Access access;
    private final StatusDocument documents;
    private final Metrics metrics;
    private final Page page;
    private final OperatorDesk operatorDesk;
    private final TrustDesk trustDesk;
    private final AlertDesk alertDesk;
    private final Assets assets = new Assets();
    private final Faults faults = new Faults();

    Routes(
            Overview overview,
            Access access,
            StatusDocument documents,
            Metrics metrics,
            Page page,
            OperatorDesk operatorDesk,
            TrustDesk trustDesk,
            AlertDesk alertDesk) {
        this.overview = overview;
        this.access = access;
        this.documents = documents;
        this.metrics = metrics;
        this.page = page;
        this.operatorDesk = operatorDesk;
        this.trustDesk = trustDesk;
        this.alertDesk = alertDesk;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        answer(request).send(request, response, callback);
        return true;
    }

    private Answer answer(Request request) {
        String path = Request.getPathInContext(request);
        if (!isKnown(path)) {
            return Answer.error(404, "no such page", "see /, /status, /packages, /metrics, /healthz, /readyz");
        }
        String allowed = allowed(path);
        if (!List.of(allowed.split(", ", -1)).contains(request.getMethod())) {
            return Answer.error(405, "method not allowed", "use " + allowed).with("Allow", allowed);
        }
        try {
            Answer answer = answer(path, request);
            faults.gone(path);
            return answer;
        } catch (BadRequestException e) {
            return Answer.error(400, String.valueOf(e.getMessage()), e.cure());
        } catch (MachineException e) {
            return faults.machine(path, e);
        } catch (IOException e) {
            return Answer.error(408, "the request did not arrive whole", "send it again, without pauses");
        } catch (RuntimeException e) {
            return faults.bug(path, e);
        }
    }

    private static String allowed(String path) {
        return switch (path) {
            case OPERATOR, TRUST -> "GET, HEAD, POST";
            case ALERTS -> "POST";
            default -> "GET, HEAD";
        };
    }

    private boolean isKnown(String path) {
        return switch (path) {
            case "/healthz", "/readyz", "/status", "/packages", "/metrics", "/", CHARTS, OPERATOR, TRUST, ALERTS ->
                true;
            default -> assets.find(path).isPresent();
        };
    }

    private Answer answer(String path, Request request) throws BadRequestException, MachineException, IOException {
        return switch (path) {
            case "/healthz" -> overview.alive() ? Answer.word(200, "ok") : Answer.word(503, "stuck");
            case "/readyz" -> overview.ready() ? Answer.word(200, "ready") : Answer.word(503, "unready");
            case OPERATOR, TRUST, ALERTS -> operate(path, request);
            default -> {
                Optional<Answer> refusal = access.refuseReading(Caller.of(request));
                yield refusal.isPresent() ? refusal.get() : read(path, request);
            }
        };
    }

    private Answer read(String path, Request request) throws BadRequestException, MachineException {
        return switch (path) {
            case "/status" -> documents.status();
            case "/packages" -> documents.packages(PackagesQuery.of(parameters(request)));
            case "/metrics" -> metrics.answer(request.getHeaders().get("Accept"));
            case "/" -> page.answer(parameters(request), request.getHeaders().get("Accept-Language"));
            case CHARTS -> page.charts();
            default -> assets.find(path).orElseThrow();
        };
    }

    private Answer operate(String path, Request request) throws MachineException, IOException {
        Optional<Answer> refusal;
        try {
            refusal = access.refuseOperating(Caller.of(request));
        } catch (MachineException e) {
            // Before the token is known to be right, nothing of the machine is told.
            return faults.machine(path, e);
        }
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (path.equals(ALERTS)) {
            return alertDesk.command(request.getLength(), Request.asInputStream(request));
        }
        if (path.equals(TRUST)) {
            return request.getMethod().equals("POST")
                    ? trustDesk.command(request.getLength(), Request.asInputStream(request))
                    : trustDesk.state();
        }
        return request.getMethod().equals("POST")
                ? operatorDesk.command(request.getLength(), Request.asInputStream(request))
                : operatorDesk.state();
    }

    private static Map<String, List<String>> parameters(Request request) throws BadRequestException {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        try {
            for (Fields.Field field : Request.extractQueryParameters(request)) {
                parameters.put(field.getName(), field.getValues());
            }
        } catch (IllegalArgumentException | IllegalStateException | HttpException.RuntimeException e) {
            throw new BadRequestException("the query is not well-formed", "percent-encode it as UTF-8");
        }
        return parameters;
    }
}
