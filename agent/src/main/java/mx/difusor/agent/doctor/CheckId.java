package mx.difusor.agent.doctor;

import java.util.Locale;

/** Everything that is looked at; its code is stable (docs/doctor.md explains each). */
public enum CheckId {
    SPACE(Group.CALL),
    BUDGET(Group.CALL),
    THROUGHPUT(Group.CALL),
    SFTP_PORT(Group.CALL),
    SITE(Group.CALL),
    AVAILABILITY(Group.CALL),
    CUT_SHOWN(Group.CALL),

    SYSTEM(Group.HOST),
    JAVA(Group.HOST),
    HEAP(Group.HOST),
    CLOCK(Group.HOST),
    OPEN_FILES(Group.HOST),
    AGENT(Group.HOST),
    STATUS_PORT(Group.HOST),

    ACCOUNT(Group.HOME),
    MODES(Group.HOME),
    FILE_SYSTEM(Group.HOME),
    ONE_FILE_SYSTEM(Group.HOME),
    HARD_LINKS(Group.HOME),
    LINKS(Group.HOME),
    SYNC(Group.HOME),
    INODES(Group.HOME),

    HOST_KEY(Group.KEYS),
    UPLOADER_KEYS(Group.KEYS),
    FROM(Group.KEYS),
    TRUST(Group.KEYS),
    THRESHOLD(Group.KEYS),
    STATUS_TLS(Group.KEYS),

    EVENT(Group.PUBLICATION),
    LIVE(Group.PUBLICATION),
    TRAVERSE(Group.PUBLICATION),
    WEB_SERVER(Group.PUBLICATION),
    NGINX(Group.PUBLICATION),
    APACHE(Group.PUBLICATION),
    DOCROOTS(Group.PUBLICATION),
    SITE_TLS(Group.PUBLICATION),
    CONTENT_TYPE(Group.PUBLICATION),
    CACHING(Group.PUBLICATION),
    FRAMES(Group.PUBLICATION),

    CHANNELS(Group.ALERTS),
    HEARTBEAT(Group.ALERTS),
    HOLDING(Group.ALERTS);

    private final Group group;

    CheckId(Group group) {
        this.group = group;
    }

    public Group group() {
        return group;
    }

    /** For programs: {@code one-file-system}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
