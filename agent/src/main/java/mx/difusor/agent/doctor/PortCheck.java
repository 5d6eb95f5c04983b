package mx.difusor.agent.doctor;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import mx.difusor.agent.config.Address;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** The two addresses that the agent listens on: free for it, or answered by it. */
final class PortCheck implements Check {

    /** Below, a privilege is needed on POSIX. */
    private static final int FIRST_FREE_PORT = 1024;

    private final Subject subject;
    private final Keys keys;

    PortCheck(Subject subject, Keys keys) {
        this.subject = subject;
        this.keys = keys;
    }

    @Override
    public List<Finding> look() {
        Address sftp = subject.config().sftp().listen();
        Address status = subject.config().status().listen();
        if (!subject.running()) {
            return List.of(bind(CheckId.SFTP_PORT, sftp), bind(CheckId.STATUS_PORT, status));
        }
        return List.of(
                answeredBySsh(sftp),
                subject.agent() == null
                        ? Finding.fault(CheckId.STATUS_PORT, "silent", status.toString())
                        : Finding.fine(CheckId.STATUS_PORT, "answers", status.toString()));
    }

    private Finding answeredBySsh(Address listen) {
        Optional<String> shown = keys.fingerprintAt(reached(listen.host()), listen.port());
        if (shown.isEmpty()) {
            return Finding.fault(CheckId.SFTP_PORT, "silent", listen.toString());
        }
        String own = ownFingerprint();
        if (own == null) {
            return Finding.note(CheckId.SFTP_PORT, "answers-unknown", listen.toString(), shown.get());
        }
        return shown.get().equals(own)
                ? Finding.fine(CheckId.SFTP_PORT, "answers", listen.toString(), own)
                        .with("fingerprint", own)
                : Finding.fault(CheckId.SFTP_PORT, "other-key", listen.toString(), shown.get(), own);
    }

    private @Nullable String ownFingerprint() {
        try {
            return keys.hostFingerprint();
        } catch (MachineException e) {
            return null;
        }
    }

    /** An address that listens everywhere is reached on loopback. */
    private static String reached(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }

    private Finding bind(CheckId check, Address listen) {
        InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
        if (address.isUnresolved()) {
            return Finding.fault(check, "no-address", listen.toString());
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(address, 1);
        } catch (BindException e) {
            return Finding.fault(check, refusal(String.valueOf(e.getMessage())), listen.toString());
        } catch (IOException e) {
            return Finding.unchecked(check, String.valueOf(e.getMessage()));
        }
        return bound(check, listen);
    }

    /** @param why the system's words, which are the same on all of them but for their case and what follows */
    static String refusal(String why) {
        String low = why.toLowerCase(Locale.ROOT);
        if (low.contains("permission")) {
            return "denied";
        }
        return low.contains("assign") ? "no-address" : "taken";
    }

    /** This account may; port 0 is any free one. */
    Finding bound(CheckId check, Address listen) {
        boolean privileged = listen.port() > 0 && listen.port() < FIRST_FREE_PORT;
        return privileged && subject.machine().account().equals("root")
                ? Finding.note(check, "privileged", listen.toString())
                : Finding.fine(check, "free", listen.toString());
    }
}
