package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.config.HomeFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} and {@code publish} against an agent that is an HTTP server of the test's. */
class RunningAgentCommandsTest {

    private static final String STATUS = """
            {"agent": {"version": "0.1.0", "startedAt": "2024-06-02T12:00:00.000Z"},
             "difusor": {"id": "radio", "name": "Radio Añil"},
             "live": {"state": "current", "event": "pel-2024", "sequence": 17, "cut": "2024-06-02T23:45:00-07:00",
                      "publishedAt": "2024-06-03T06:46:02.000Z", "ageSeconds": 312, "tree": "t", "release": "r"},
             "gaps": [12],
             "last": {"package": "prep-0018.zip", "outcome": "rejected", "reason": {"code": "signature-invalid"},
                      "decidedAt": "2024-06-03T06:50:00.000Z"},
             "archive": {"packages": 17, "bytes": 17825792, "budget": 20000000000, "diskFree": 52000000000},
             "alerts": [{"code": "disk-low", "since": "2024-06-03T00:00:00.000Z", "message": "little space"}]}
            """;
    private static final String NOT_HELD =
            "{\"event\": \"pel-2024\", \"held\": false, \"hold\": null, \"notice\": null}";
    private static final String NOTICE = """
            {"event": "pel-2024", "held": false, "hold": null,
             "notice": {"message": "Volvemos a las 22:00", "by": "maria", "why": "agua", "at": "2024-06-03T07:00:00.000Z"}}
            """;
    private static final String HELD = """
            {"event": "pel-2024", "held": true, "notice": null,
             "hold": {"event": "pel-2024", "sequence": 16, "by": "maria", "why": "dudas",
                                    "at": "2024-06-03T07:00:00.000Z"}}
            """;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private AnsweringAgent agent;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    @BeforeEach
    void startAgent() throws IOException {
        agent = new AnsweringAgent(folder, NOT_HELD);
        fixture = new CommandFixture(folder);
    }

    @AfterEach
    void stopAgent() {
        agent.close();
    }

    @Test
    void statusIsReadableForPeople() {
        agent.answer = STATUS;

        assertThat(fixture.run("status"))
                .isEqualTo(new CommandFixture.Outcome(
                        0,
                        HelpTest.lines(
                                "Radio Añil (radio), agent 0.1.0, up since 2024-06-02T12:00:00.000Z",
                                "live: current · pel-2024 · sequence 17 · cut 2024-06-02T23:45:00-07:00 · published"
                                        + " 5 min ago",
                                "missing sequences: 12 (1)",
                                "last: prep-0018.zip · rejected (signature-invalid) · 2024-06-03T06:50:00.000Z",
                                "archive: 17 packages, 17.8 MB of 20.0 GB; disk free: 52.0 GB",
                                "alert: disk-low since 2024-06-03T00:00:00.000Z: little space"),
                        ""));
        assertThat(agent.requests).as("it needs no token and shows none").containsExactly("GET /status null");
        assertThat(fixture.speaking("es").run("status").out())
                .contains("publicado: al corriente", "publicado hace 5 min", "alerta: disk-low");
    }

    @Test
    void statusBeforeAnythingIsPublicSaysSo() {
        agent.answer =
                "{\"live\": {\"state\": \"waiting\", \"event\": \"pel-2024\", \"sequence\": null}, \"alerts\": [],"
                        + " \"last\": null, \"gaps\": []}";

        assertThat(fixture.run("status").out()).contains("live: waiting · pel-2024", "no alerts");
    }

    @Test
    void statusNamesTheSiteWhereThereIsOne() {
        String site = "{\"live\": {\"state\": \"waiting\"}, \"alerts\": [], \"site\": {\"url\": \"https://a.example/\","
                + " \"availability\": {\"day\": 0.99899, \"month\": %s}, \"lastProbe\": %s}}";

        agent.answer = site.formatted("1.0", "{\"good\": true, \"code\": null, \"millis\": 45}");
        assertThat(fixture.run("status").out())
                .contains("site: https://a.example/ · as it should be, in 45 ms · available 99.89 % of the last 24 h,"
                        + " 100.00 % of the last 30 days");
        agent.answer = site.formatted("null", "{\"good\": false, \"code\": \"site-down\", \"millis\": 0}");
        assertThat(fixture.run("status").out()).contains("· site-down · available 99.89 % of the last 24 h, - of");

        agent.answer = site.formatted("null", "null");
        assertThat(fixture.run("status").out()).contains("· not visited yet ·");
        assertThat(fixture.speaking("es").run("status").out()).contains("sitio: https://a.example/ · aún sin visitar");
    }

    @Test
    void statusAsJsonIsWhatTheAgentSaid() throws IOException {
        agent.answer = STATUS;

        assertThat(new JsonMapper().readTree(fixture.run("status", "--json").out()))
                .isEqualTo(new JsonMapper().readTree(STATUS));
    }

    @Test
    void withoutAReadableTokenNoneIsSent() throws IOException {
        Files.delete(folder.resolve("keys/operator.token"));

        assertThat(fixture.run("publish", "status").exitCode()).isZero();
        assertThat(agent.requests).containsExactly("GET /operator/publish null");
    }

    @Test
    void whoListensInPlaceOfAStoppedAgentIsShownNoToken() {
        fixture.doctor.running = false;

        for (String command : List.of(
                "publish status",
                "publish hold",
                "publish resume",
                "publish rollback 16",
                "publish notice on",
                "publish notice off",
                "event activate pel-2024",
                "trust list",
                "trust withdraw " + "ab".repeat(32) + " --why x",
                "trust allow-expired " + "ab".repeat(32) + " --until 2024-06-04T03:00:00Z --why x --yes",
                "alert test")) {
            CommandFixture.Outcome outcome = fixture.run((Object[]) command.split(" "));
            assertThat(outcome.exitCode()).as("%s: %s", command, outcome).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(outcome.err())
                    .as(command)
                    .contains("the agent is not running: none works on the home " + folder, "  cure: start it");
        }
        assertThat(agent.requests).isEmpty();
        assertThat(fixture.speaking("es").run("publish", "hold").err()).contains("el agente no está en marcha");
    }

    @Test
    void doctorShowsNoTokenEither() {
        agent.answer = STATUS;

        fixture.run("doctor");

        assertThat(fixture.doctor.seen).isNotNull();
        assertThat(agent.requests).containsExactly("GET /status null");
    }

    @Test
    void whereAReaderNeedsATokenTheAgentSaysWhich() {
        agent.status = 401;
        agent.answer = "{\"error\": \"a valid token is needed\", \"cure\": \"ask on loopback\"}";

        assertThat(fixture.run("status").err())
                .isEqualTo(HelpTest.lines("a valid token is needed", "  cure: ask on loopback"));
    }

    @Test
    void anAgentThatIsNotThereIsExit5() {
        stopAgent();

        for (List<Object> arguments : List.<List<Object>>of(List.of("status"), List.of("publish", "hold"))) {
            CommandFixture.Outcome outcome = fixture.run(arguments.toArray());
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(outcome.err()).contains("the agent does not answer at http://127.0.0.1:", "  cure: start it");
        }
    }

    @Test
    void aListenerThatAcceptsAndHangsUpIsExit5() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new HomeFixture(folder)
                    .write(HomeFixture.LEAST + "status: {listen: 127.0.0.1:" + socket.getLocalPort() + "}\n");
            Thread hangUp = new Thread(() -> {
                while (!socket.isClosed()) {
                    try {
                        socket.accept().close();
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            hangUp.start();
            assertThat(fixture.run("status").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        }
    }

    @Test
    void publishStatusTellsAHold() {
        assertThat(fixture.run("publish", "status").out())
                .isEqualTo(HelpTest.lines(
                        "published event: pel-2024", "publication is not on hold: the newest cut is live"));
        agent.answer = HELD;
        assertThat(fixture.run("publish", "status").out())
                .isEqualTo(HelpTest.lines(
                        "published event: pel-2024",
                        "pel-2024 is on hold at #16 by maria since 2024-06-03T07:00:00.000Z: dudas"));
        assertThat(fixture.run("publish", "status", "--json").out()).contains("\"held\" : true");
        assertThat(agent.requests).containsOnly("GET /operator/publish Bearer f00d");
    }

    @Test
    void publishStatusTellsANotice() {
        agent.answer = NOTICE;
        assertThat(fixture.run("publish", "status").out())
                .contains("a notice is up, by maria since 2024-06-03T07:00:00.000Z: agua; the public reads: Volvemos a"
                        + " las 22:00");
    }

    @Test
    void noticesAndActivationsAreAskedForAndSent() {
        agent.answer = NOTICE;
        for (List<Object> arguments : List.<List<Object>>of(
                List.of("publish", "notice", "on"),
                List.of("publish", "notice", "off"),
                List.of("event", "activate", "pel-2024"))) {
            CommandFixture.Outcome refused = fixture.answering("n\n").run(arguments.toArray());
            assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(refused.err()).contains("[y/N]", "nothing was changed");
        }
        assertThat(agent.requests).isEmpty();
        fixture.answering("y\n").run("publish", "notice", "on", "--message", "Volvemos a las 22:00", "--why", "agua");
        fixture.run("publish", "notice", "off", "--yes");
        fixture.run("event", "activate", "pel-2024", "--yes");
        assertThat(agent.requests)
                .containsExactly(
                        "POST /operator/publish Bearer f00d {\"command\":\"notice-on\",\"message\":\"Volvemos a las"
                                + " 22:00\",\"by\":\"maria\",\"why\":\"agua\"}",
                        "POST /operator/publish Bearer f00d {\"command\":\"notice-off\",\"by\":\"maria\",\"why\":\"\"}",
                        "POST /operator/publish Bearer f00d {\"command\":\"activate\",\"event\":\"pel-2024\","
                                + "\"by\":\"maria\",\"why\":\"\"}");
    }

    @Test
    void holdChangesNothingPublicSoNobodyIsAsked() {
        agent.answer = HELD;

        CommandFixture.Outcome outcome = fixture.run("publish", "hold", "--why", "dudas");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out()).contains("on hold at #16");
        assertThat(agent.requests)
                .containsExactly("POST /operator/publish Bearer f00d"
                        + " {\"command\":\"hold\",\"by\":\"maria\",\"why\":\"dudas\"}");
    }

    @Test
    void anOrderThatThePageDoesNotFollowIsNotDone() {
        agent.answer = HELD.replace("\"held\": true,", "\"held\": true, \"pending\": \"it is stuck; free it\",");
        CommandFixture.Outcome back = fixture.run("publish", "rollback", "16", "--yes");
        assertThat(back.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(back.out())
                .contains("on hold at #16", "the page does not show this yet: it is stuck; free it; the agent tries");
        CommandFixture.Outcome json = fixture.run("publish", "rollback", "16", "--yes", "--json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json.out()).contains("\"pending\" : \"it is stuck; free it\"");
        CommandFixture.Outcome status = fixture.run("publish", "status");
        assertThat(status.exitCode()).as("what was asked for was told").isEqualTo(ExitCode.DONE);
        assertThat(status.out()).contains("the page does not show this yet");
        agent.answer = NOT_HELD.replace("\"held\"", "\"pending\": \"it is stuck\", \"held\"");
        CommandFixture.Outcome activated = fixture.run("event", "activate", "pel-2024", "--yes");
        assertThat(activated.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(activated.out()).contains("publication is not on hold").doesNotContain("the newest cut is live");
        assertThat(fixture.speaking("es").run("publish", "resume", "--yes").out())
                .contains("la publicación no está detenida", "la página aún no lo muestra: it is stuck");
    }

    @Test
    void aKeyThatWasTakenAwayAndAListThatCameEmptyKeepNobodyFromThePage() throws IOException {
        Path config = folder.resolve("difusor.yaml");
        Files.writeString(config, Files.readString(config).replace("cms: {", "cms: {crls: [trust/iee.crl], "));
        Files.delete(folder.resolve("keys/iee.pub"));
        Files.writeString(folder.resolve("trust/iee.crl"), "");

        for (String command : List.of(
                "publish status",
                "publish hold",
                "publish rollback 16",
                "publish notice on",
                "event activate pel-2024",
                "trust list",
                "status")) {
            assertThat(fixture.run((Object[]) command.split(" ")))
                    .as(command)
                    .returns(0, CommandFixture.Outcome::exitCode);
        }
        assertThat(fixture.run("check-config").exitCode()).isEqualTo(ExitCode.BAD_CONFIGURATION);
    }

    @Test
    void aScriptSaysYes() {
        assertThat(fixture.run("publish", "resume", "--yes").exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(fixture.run("publish", "rollback", "16", "--yes", "--why", "corte con error")
                        .exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(agent.requests)
                .containsExactly(
                        "POST /operator/publish Bearer f00d {\"command\":\"resume\",\"by\":\"maria\",\"why\":\"\"}",
                        "POST /operator/publish Bearer f00d {\"command\":\"rollback\",\"sequence\":16,\"by\":\"maria\","
                                + "\"why\":\"corte con error\"}");
    }

    @Test
    void aScriptThatNamesTheCommandMeansIt() {
        for (List<Object> arguments :
                List.<List<Object>>of(List.of("publish", "resume"), List.of("publish", "rollback", "16"))) {
            assertThat(fixture.run(arguments.toArray()).exitCode()).isEqualTo(ExitCode.DONE);
        }
        assertThat(agent.requests).hasSize(2);
    }

    @Test
    void aPersonIsAskedAndOnlyAYesIsAYes() {
        for (String no : List.of("\n", "n\n", "yesterday\n", "")) {
            CommandFixture.Outcome refused = fixture.answering(no).run("publish", "rollback", "16");
            assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(refused.err())
                    .contains("Show the public the state of sequence 16 and stay there? [y/N]", "nothing was changed");
        }
        assertThat(agent.requests).isEmpty();

        assertThat(fixture.answering("Y\n").run("publish", "rollback", "16").exitCode())
                .isZero();
        assertThat(fixture.speaking("es")
                        .answering(" Sí \n")
                        .run("publish", "resume")
                        .exitCode())
                .isZero();
        assertThat(agent.requests).hasSize(2);
    }

    @Test
    void aPersonWhoSaysYesBeforehandIsNotAsked() {
        CommandFixture.Outcome outcome = fixture.answering("n\n").run("publish", "rollback", "16", "--yes");

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(agent.requests).hasSize(1);
    }

    @Test
    void whatTheAgentRefusesIsToldInItsWords() {
        agent.status = 404;
        agent.answer = "{\"error\": \"no accepted package of pel-2024 has sequence 99\", \"cure\": \"choose another\"}";

        assertThat(fixture.run("publish", "rollback", "99", "--yes"))
                .isEqualTo(new CommandFixture.Outcome(
                        1,
                        "",
                        HelpTest.lines("no accepted package of pel-2024 has sequence 99", "  cure: choose another")));
    }

    @Test
    void aRefusedTokenSaysWhoMayReadIt() {
        agent.status = 401;
        agent.answer = "{\"error\": \"a valid token is needed\", \"cure\": \"...\"}";

        CommandFixture.Outcome outcome = fixture.run("publish", "hold");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err())
                .contains(
                        "run this as the agent's account",
                        folder.resolve("keys/operator.token").toString())
                .doesNotContain("f00d");
    }

    @Test
    void anotherServiceAtTheAddressIsNotTakenForTheAgent() {
        agent.answer = "<html>hello</html>";
        assertThat(fixture.run("status").err()).contains("answered with HTTP 200, which is not the agent's way");

        agent.answer = "[1]";
        assertThat(fixture.run("status").exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void anAnswerHasALimit() {
        String frame = "{\"a\":\"\"}";
        String longest = "x".repeat(AgentClient.MAX_ANSWER_BYTES - frame.length());

        agent.answer = "{\"a\":\"" + longest + "\"}";
        assertThat(fixture.run("status", "--json").exitCode()).isEqualTo(ExitCode.DONE);
        agent.answer = "{\"a\":\"" + longest + "x\"}";
        assertThat(fixture.run("status", "--json").exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void anAnswerThatNeverEndsIsWaitedForInVain() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Path file = new HomeFixture(folder)
                    .write(HomeFixture.LEAST + "status: {listen: 127.0.0.1:" + socket.getLocalPort() + "}\n");
            CountDownLatch given = new CountDownLatch(1);
            Thread stalling = new Thread(() -> {
                try (Socket client = socket.accept()) {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes(StandardCharsets.US_ASCII));
                    given.await();
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            stalling.start();
            AgentClient client =
                    new AgentClient(ConfigReader.read(file), new Texts(Locale.ENGLISH), Duration.ofMillis(300));

            assertThatThrownBy(() -> client.get("/status"))
                    .isInstanceOfSatisfying(
                            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNREACHABLE))
                    .hasMessageContaining("no whole answer");
            given.countDown();
            stalling.join();
        }
    }

    @Test
    void agesAndSizesReadWell() {
        assertThat(List.of(
                        StatusReport.age(59),
                        StatusReport.age(60),
                        StatusReport.age(3_600),
                        StatusReport.age(90_000),
                        StatusReport.size(999),
                        StatusReport.size(1_000),
                        StatusReport.size(2_500_000_000_000L)))
                .containsExactly("59 s", "1 min", "1 h 0 min", "1 d 1 h", "999 B", "1.0 kB", "2.5 TB");
    }
}
