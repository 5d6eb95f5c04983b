/** Alerts leave this host: what is announced, once per cause, and the channels that carry it. */
@NullMarked
package mx.difusor.agent.alerting;

import org.jspecify.annotations.NullMarked;
