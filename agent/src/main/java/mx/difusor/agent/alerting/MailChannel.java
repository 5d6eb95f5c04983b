package mx.difusor.agent.alerting;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import mx.difusor.agent.alerting.AlertingSettings.Tls;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/** One mail to all recipients over SMTP (RFC 5321); with STARTTLS (RFC 3207) or TLS nothing is said in plain text. */
final class MailChannel implements Channel {

    /** To connect, for each read and each write. */
    static final Duration STEP_TIMEOUT = Duration.ofSeconds(10);

    /** For the whole conversation. */
    static final Duration TIMEOUT = Duration.ofSeconds(45);

    /** Angus's word for a connection that ended where an answer was due. */
    private static final String END_OF_INPUT = "[EOF]";

    private final AlertingSettings.Mail settings;
    private final Wording wording;
    private final SSLSocketFactory tls;
    private final Duration timeout;
    private final Served served = new Served();

    MailChannel(AlertingSettings.Mail settings, Wording wording) {
        this(settings, wording, (SSLSocketFactory) SSLSocketFactory.getDefault(), TIMEOUT);
    }

    /** @param tls whom to trust */
    MailChannel(AlertingSettings.Mail settings, Wording wording, SSLSocketFactory tls, Duration timeout) {
        this.settings = settings;
        this.wording = wording;
        this.tls = tls;
        this.timeout = timeout;
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public void send(Announcement announcement, Instant at) throws ChannelException {
        String password = settings.password() == null ? null : new SecretFile(settings.password()).read();
        String id = messageId(announcement, announcement.state());
        try (DeadlineSockets sockets = new DeadlineSockets(tls, timeout)) {
            Session session = Session.getInstance(properties(sockets));
            MimeMessage message = message(session, announcement, at);
            try (Transport transport = session.getTransport("smtp")) {
                transport.connect(settings.host(), settings.port(), settings.user(), password);
                transport.sendMessage(message, served.without(id, message.getAllRecipients()));
            }
        } catch (AuthenticationFailedException e) {
            throw notLoggedIn(e);
        } catch (SendFailedException e) {
            throw refused(id, e);
        } catch (MessagingException e) {
            throw failure(reason(e), true, e);
        }
    }

    /** Again only where that can pass: too many wrong passwords lock an account. */
    private ChannelException notLoggedIn(AuthenticationFailedException e) {
        String answer = e.getMessage() == null || e.getMessage().isBlank() ? reason(e) : e.getMessage();
        if (answer.startsWith("4") || isCutOff(e)) {
            return failure("the server lets nobody log in for now: " + answer, true, e);
        }
        return answer.startsWith("5")
                ? failure("the server does not accept user and password", false, e)
                : failure("the server does not let the agent log in by PLAIN or LOGIN: " + answer, false, e);
    }

    /** The connection ended before the answer. */
    private static boolean isCutOff(AuthenticationFailedException e) {
        return END_OF_INPUT.equals(e.getMessage()) || innermost(e) instanceof IOException;
    }

    /** Who was sent it comes first: where some were, the exception carries the code of a success. */
    private ChannelException refused(String id, SendFailedException e) {
        Address[] sent = e.getValidSentAddresses();
        boolean none = sent == null || sent.length == 0;
        if (none && e instanceof SMTPSendFailedException whole) {
            return failure(String.valueOf(whole.getMessage()), whole.getReturnCode() < Refusals.PERMANENT, e);
        }
        Refusals refusals = Refusals.of(e);
        String reason = refusals.isEmpty() ? reason(e) : refusals.inWords();
        if (!none && refusals.again()) {
            served.add(id, sent);
        }
        return none && !served.some(id)
                ? failure(reason, refusals.again(), e)
                : ChannelException.partly(place() + reason, refusals.again(), e);
    }

    private String place() {
        return settings.host() + ":" + settings.port() + ": ";
    }

    private ChannelException failure(String reason, boolean again, Exception e) {
        return new ChannelException(place() + reason, again, e);
    }

    /** The first cause's own words tell the most. */
    private static String reason(MessagingException e) {
        Throwable cause = innermost(e);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Throwable innermost(MessagingException e) {
        Throwable cause = e;
        while (cause instanceof MessagingException mail && mail.getNextException() != null) {
            cause = mail.getNextException();
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private Properties properties(DeadlineSockets sockets) {
        String millis = Long.toString(STEP_TIMEOUT.toMillis());
        Properties properties = new Properties();
        properties.put("mail.smtp.connectiontimeout", millis);
        properties.put("mail.smtp.timeout", millis);
        properties.put("mail.smtp.writetimeout", millis);
        properties.put("mail.smtp.starttls.enable", Boolean.toString(settings.tls() == Tls.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(settings.tls() == Tls.STARTTLS));
        properties.put("mail.smtp.ssl.enable", Boolean.toString(settings.tls() == Tls.TLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        properties.put("mail.smtp.ssl.socketFactory", sockets);
        properties.put("mail.smtp.ssl.socketFactory.fallback", "false");
        properties.put("mail.smtp.socketFactory", sockets.plain());
        properties.put("mail.smtp.socketFactory.fallback", "false");
        properties.put("mail.smtp.auth", Boolean.toString(settings.user() != null));
        properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
        properties.put("mail.smtp.quitwait", "false");
        // One wrong address keeps the mail from nobody else.
        properties.put("mail.smtp.sendpartial", "true");
        return properties;
    }

    private MimeMessage message(Session session, Announcement announcement, Instant at) throws MessagingException {
        String id = messageId(announcement, announcement.state());
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", id);
            }
        };
        message.setFrom(new InternetAddress(settings.from(), true));
        for (String to : settings.to()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
        }
        message.setSubject(wording.subject(announcement), "UTF-8");
        message.setText(wording.text(announcement), "UTF-8");
        message.setSentDate(Date.from(at));
        // RFC 3834: no answer of a machine comes back.
        message.setHeader("Auto-Submitted", "auto-generated");
        if (announcement.state() == Announcement.State.END) {
            message.setHeader("In-Reply-To", messageId(announcement, Announcement.State.BEGIN));
        }
        message.saveChanges();
        return message;
    }

    /** The same when it is sent again, so that a server may know it; the end answers the beginning. */
    private String messageId(Announcement announcement, Announcement.State state) {
        String domain = settings.from().substring(settings.from().indexOf('@') + 1);
        String id = announcement.id().replaceAll("[^A-Za-z0-9-]", "-");
        return "<" + id + "." + state.name().toLowerCase(Locale.ROOT) + ".difusor@" + domain + ">";
    }
}
