package mx.difusor.agent.intake;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.sshd.common.channel.ChannelPipedInputStream;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.scp.common.ScpFileOpener;
import org.apache.sshd.scp.common.ScpTargetStreamResolver;
import org.apache.sshd.scp.common.ScpTransferEventListener;
import org.apache.sshd.scp.common.helpers.DefaultScpFileOpener;
import org.apache.sshd.scp.common.helpers.LocalFileScpTargetStreamResolver;
import org.apache.sshd.scp.common.helpers.ScpTimestampCommandDetails;
import org.apache.sshd.scp.server.ScpCommand;
import org.apache.sshd.scp.server.ScpCommandFactory;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The commands that may be executed: the old scp protocol ({@code scp -O}) and nothing else. */
final class ScpCommands extends ScpCommandFactory {
    /** {@code scp -t PATH} and {@code scp -f PATH}, with other options before or after; none of it can be tried twice. */
    private static final Pattern SCP = Pattern.compile("scp((?: -[-a-zA-Z]{0,16}+){1,16}+) [^ -].*+");

    private static final Pattern DIRECTION = Pattern.compile("[tf]");

    /** A path and a handful of options. Longer ones are not even looked at. */
    static final int MAX_COMMAND_CHARACTERS = SftpAccess.MAX_PATH_BYTES + 64;

    /** How long a client that was refused may take to end. */
    static final Duration CLIENT_ENDS = Duration.ofSeconds(2);

    private static final int REST_BYTES = 32_768;

    private static final Logger LOG = LoggerFactory.getLogger(ScpCommands.class);

    private static final Set<OpenOption> WHOLE_FILE =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);

    ScpCommands() {
        setScpFileOpener(new Opener());
        setDelegateShellFactory(null);
        setDelegateCommandFactory((channel, command) -> new NotServed());
    }

    @Override
    public boolean isSupportedCommand(ChannelSession channel, String command) {
        if (command.length() > MAX_COMMAND_CHARACTERS) {
            return false;
        }
        Matcher scp = SCP.matcher(command);
        return scp.matches() && DIRECTION.matcher(scp.group(1)).find();
    }

    @Override
    protected Command executeSupportedCommand(ChannelSession channel, String command) {
        return new Scp(
                channel,
                command,
                resolveExecutorService(command),
                getSendBufferSize(),
                getReceiveBufferSize(),
                getScpFileOpener());
    }

    /**
     * Says why it refuses, and lets the client end. pscp takes an end that comes together with the reason for a broken
     * connection, and shows the reason to nobody.
     */
    private static final class Scp extends ScpCommand {
        private @Nullable ChannelPipedInputStream rest;

        Scp(
                ChannelSession channel,
                String command,
                CloseableExecutorService executor,
                int sendBytes,
                int receiveBytes,
                ScpFileOpener opener) {
            super(channel, command, executor, sendBytes, receiveBytes, opener, ScpTransferEventListener.EMPTY);
        }

        @Override
        public void setInputStream(InputStream in) {
            rest = in instanceof ChannelPipedInputStream piped ? piped : null;
            super.setInputStream(new ScpLines(in));
        }

        @Override
        protected void writeCommandResponseMessage(String command, int code, String message) throws IOException {
            super.writeCommandResponseMessage(command, code, message);
            getOutputStream().flush();
            if (rest != null) {
                awaitTheEndOf(rest);
            }
        }

        private static void awaitTheEndOf(ChannelPipedInputStream rest) {
            byte[] buffer = new byte[REST_BYTES];
            long begun = System.nanoTime();
            try {
                long left;
                do {
                    left = CLIENT_ENDS.toNanos() - (System.nanoTime() - begun);
                    rest.setTimeout(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                } while (left > 0 && rest.read(buffer) >= 0);
            } catch (IOException e) {
                LOG.debug("a client of scp that was refused does not end: {}", e.getMessage());
            }
        }
    }

    private static final class Opener extends DefaultScpFileOpener {
        @Override
        public InputStream openRead(
                Session session, Path file, long size, Set<PosixFilePermission> permissions, OpenOption... options)
                throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public OutputStream openWrite(
                Session session, Path file, long size, Set<PosixFilePermission> permissions, OpenOption... options)
                throws IOException {
            MountedPath path = (MountedPath) file;
            UploadChannel channel = path.getFileSystem().tree().openForWriting(path.fromRoot(), WHOLE_FILE, size);
            return new Announced(channel, size);
        }

        @Override
        public ScpTargetStreamResolver createScpTargetStreamResolver(Session session, Path path) throws IOException {
            return new LocalFileScpTargetStreamResolver(path, this) {
                @Override
                protected void updateFileProperties(
                        String name,
                        Path path,
                        Set<PosixFilePermission> perms,
                        @Nullable ScpTimestampCommandDetails time)
                        throws IOException {
                    if (time != null) {
                        Files.setLastModifiedTime(path, FileTime.fromMillis(time.getLastModifiedTime()));
                    }
                }
            };
        }
    }

    /** MINA closes it normally when the connection drops; only the announced size tells a part from the whole. */
    private static final class Announced extends FilterOutputStream {
        private final UploadChannel channel;
        private long missing;

        Announced(UploadChannel channel, long size) {
            super(Channels.newOutputStream(channel));
            this.channel = channel;
            this.missing = size;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            missing -= length;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            missing--;
        }

        @Override
        public void close() throws IOException {
            if (missing != 0) {
                channel.breakOff();
            }
            super.close();
        }
    }

    /** Answers in words, so that whoever tries knows what is served. */
    private static final class NotServed implements Command {
        private static final String TEXT = "only sftp and scp are served here\n";

        private @Nullable OutputStream errors;
        private @Nullable ExitCallback exit;

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void setErrorStream(OutputStream err) {
            errors = err;
        }

        @Override
        public void setInputStream(InputStream in) {}

        @Override
        public void setOutputStream(OutputStream out) {}

        @Override
        public void start(ChannelSession channel, Environment env) throws IOException {
            if (errors != null && exit != null) {
                errors.write(TEXT.getBytes(StandardCharsets.UTF_8));
                errors.flush();
                exit.onExit(1, TEXT);
            }
        }

        @Override
        public void destroy(ChannelSession channel) {}
    }
}
