package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLSocketFactory;
import mx.difusor.agent.alerting.AlertingSettings.Tls;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.subethamail.smtp.AuthenticationHandler;
import org.subethamail.smtp.AuthenticationHandlerFactory;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;

/** A server that does not take every recipient, or lets nobody log in for now. */
class MailRefusalsTest {

    private static final String ANA = "ana@radio.example";
    private static final String GUARDIA = "guardia@radio.example";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** The code that each recipient is refused with. */
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();

    /** The recipients of each mail that was taken. */
    private final List<List<String>> taken = new CopyOnWriteArrayList<>();

    private final OutboxTest.RecordedTrouble trouble = new OutboxTest.RecordedTrouble();
    private final List<Announcement> delivered = new CopyOnWriteArrayList<>();
    private @Nullable SMTPServer server;
    private int dataRefused;

    /** One mail on its way in. */
    private final class Incoming implements MessageHandler {
        private final List<String> recipients = new ArrayList<>();

        @Override
        public void from(String from) {}

        @Override
        public void recipient(String recipient) throws RejectException {
            Integer code = refused.get(recipient);
            if (code != null) {
                throw new RejectException(code, "not " + recipient);
            }
            recipients.add(recipient);
        }

        @Override
        public @Nullable String data(InputStream data) throws IOException, RejectException {
            data.readAllBytes();
            if (dataRefused > 0) {
                throw new RejectException(dataRefused, "no such mail");
            }
            taken.add(List.copyOf(recipients));
            return null;
        }

        @Override
        public void done() {}
    }

    private SMTPServer.Builder building() throws IOException {
        return SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(context -> new Incoming());
    }

    private MailChannel channel(SMTPServer.Builder builder, @Nullable Path password, String... to) {
        SMTPServer made = builder.build();
        made.start();
        server = made;
        return channel(made.getPortAllocated(), password, to);
    }

    private static MailChannel channel(int port, @Nullable Path password, String... to) {
        return new MailChannel(
                new AlertingSettings.Mail(
                        "localhost",
                        port,
                        Tls.NONE,
                        "difusor@radio.example",
                        List.of(to),
                        password == null ? null : "difusor",
                        password),
                Settings.spanish(),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                MailChannel.TIMEOUT);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private static ChannelException failure(MailChannel channel) {
        return assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> channel.send(Settings.BEGIN, Settings.AT))
                .actual();
    }

    @Test
    void greylistingIsTriedAgainUntilTheMailIsTaken() throws Exception {
        MailChannel channel = channel(building(), null, ANA);
        refused.put(ANA, 451);
        ChannelException now = failure(channel);
        assertThat(now.again()).isTrue();
        assertThat(now.reached()).isFalse();
        assertThat(now.reason()).endsWith(ANA + ": 451 not " + ANA);
        refused.clear();
        channel.send(Settings.BEGIN, Settings.AT);
        assertThat(taken).containsExactly(List.of(ANA));
    }

    @Test
    void aWrongAddressKeepsTheMailFromNobodyElseAndIsToldThroughTheSameChannel() throws Exception {
        MailChannel channel = channel(building(), null, ANA, GUARDIA);
        refused.put(GUARDIA, 550);
        ChannelTroubles troubles = new ChannelTroubles(trouble);
        Outbox outbox =
                new Outbox(channel, delivered::add, troubles, Clock.fixed(Settings.AT, ZoneOffset.UTC), duration -> {});
        outbox.offer(Settings.BEGIN);
        outbox.turn();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(taken).containsExactly(List.of(ANA));
        assertThat(delivered).containsExactly(Settings.BEGIN);
        assertThat(trouble.standing.get(Outbox.ALERT))
                .contains(GUARDIA + ": 550")
                .doesNotContain(ANA);
        assertThat(troubles.failing("mail")).as("it tells ana").isFalse();
    }

    @Test
    void whoHasTheMailDoesNotGetItTwiceWhileTheOthersAreTriedAgain() throws Exception {
        MailChannel channel = channel(building(), null, ANA, GUARDIA);
        refused.put(GUARDIA, 450);
        for (int i = 0; i < 2; i++) {
            ChannelException partly = failure(channel);
            assertThat(partly.again()).isTrue();
            assertThat(partly.reached()).isTrue();
        }
        refused.clear();
        channel.send(Settings.BEGIN, Settings.AT);
        assertThat(taken).containsExactly(List.of(ANA), List.of(GUARDIA));
        channel.send(Settings.END, Settings.AT);
        assertThat(taken).as("another mail goes to all").last().isEqualTo(List.of(ANA, GUARDIA));
    }

    @Test
    void aFullMailboxKeepsTheEndFromNobodyElse() throws Exception {
        MailChannel channel = channel(building(), null, ANA, GUARDIA);
        refused.put(GUARDIA, 452);
        List<Duration> slept = new ArrayList<>();
        Outbox outbox = new Outbox(
                channel,
                delivered::add,
                new ChannelTroubles(trouble),
                Clock.fixed(Settings.AT, ZoneOffset.UTC),
                slept::add);
        outbox.offer(Settings.BEGIN);
        outbox.turn();
        assertThat(slept).as("what comes now is told at once").isEmpty();
        outbox.turn();
        outbox.turn();
        outbox.offer(Settings.END);
        slept.clear();
        outbox.turn();
        assertThat(taken).containsExactly(List.of(ANA), List.of(ANA));
        assertThat(delivered).endsWith(Settings.END);
        assertThat(slept).isEmpty();
    }

    @Test
    void aMailThatIsRefusedAsAWholeReachedNobodyWhateverBecameOfTheRecipients() throws Exception {
        MailChannel channel = channel(building(), null, ANA, GUARDIA);
        refused.put(GUARDIA, 550);
        dataRefused = 451;
        ChannelException e = failure(channel);
        assertThat(e.again()).isTrue();
        assertThat(e.reached()).isFalse();
        assertThat(e.reason()).contains("451 no such mail");
    }

    @ParameterizedTest
    @CsvSource({"550, false", "451, true"})
    void whereNobodyIsTakenTheRefusalsSayWhetherItIsTriedAgain(int other, boolean again) throws Exception {
        MailChannel channel = channel(building(), null, ANA, GUARDIA);
        refused.putAll(Map.of(ANA, 550, GUARDIA, other));
        ChannelException e = failure(channel);
        assertThat(e.again()).isEqualTo(again);
        assertThat(e.reached()).isFalse();
        assertThat(e.reason()).contains(ANA + ": 550").contains(GUARDIA + ": " + other);
        assertThat(taken).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "454, 4.7.0 Temporary authentication failure, true",
        "421, Too many login attempts, true",
        "535, 5.7.8 no such account, false"
    })
    void onlyALoginThatIsRefusedForGoodIsAWrongPassword(int code, String text, boolean again) throws Exception {
        Path password = Settings.secret(folder.resolve("mail.password"), "ñandú y 42\n");
        MailChannel channel =
                channel(building().authenticationHandlerFactory(refusing(code, text, "PLAIN")), password, ANA);
        ChannelException e = failure(channel);
        assertThat(e.again()).isEqualTo(again);
        assertThat(e.reason())
                .endsWith(
                        again
                                ? "the server lets nobody log in for now: " + code + " " + text
                                : "the server does not accept user and password");
    }

    @Test
    void aServerThatOffersNoneOfOurWaysToLogInIsNotTriedAgain() throws Exception {
        Path password = Settings.secret(folder.resolve("mail.password"), "ñandú y 42\n");
        MailChannel channel =
                channel(building().authenticationHandlerFactory(refusing(535, "no", "CRAM-MD5")), password, ANA);
        ChannelException e = failure(channel);
        assertThat(e.again()).isFalse();
        assertThat(e.reason())
                .contains("does not let the agent log in by PLAIN or LOGIN: No authentication mechanisms");
    }

    @Test
    void aConnectionThatEndsDuringTheLoginIsTriedAgain() throws Exception {
        Path password = Settings.secret(folder.resolve("mail.password"), "ñandú y 42\n");
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> hangUp(listening));
            thread.setDaemon(true);
            thread.start();
            ChannelException e = failure(channel(listening.getLocalPort(), password, ANA));
            assertThat(e.again()).isTrue();
            assertThat(e.reason()).contains("lets nobody log in for now: ");
        }
    }

    /** Says what it offers, and ends where an answer to the login is due. */
    private static void hangUp(ServerSocket listening) {
        try (Socket socket = listening.accept();
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String answer : List.of("220 localhost\r\n", "250-localhost\r\n250 AUTH PLAIN\r\n")) {
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                assertThat(lines.readLine()).isNotNull();
            }
        } catch (IOException e) {
            // The client sees as much, and the test looks at what it says.
        }
    }

    private static AuthenticationHandlerFactory refusing(int code, String text, String... ways) {
        return new AuthenticationHandlerFactory() {
            @Override
            public List<String> getAuthenticationMechanisms() {
                return List.of(ways);
            }

            @Override
            public AuthenticationHandler create() {
                return new AuthenticationHandler() {
                    @Override
                    public Optional<String> auth(String input, MessageContext context) throws RejectException {
                        throw new RejectException(code, text);
                    }

                    @Override
                    public Object getIdentity() {
                        return "nobody";
                    }
                };
            }
        };
    }
}
