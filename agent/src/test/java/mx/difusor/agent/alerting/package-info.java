@NullMarked
package mx.difusor.agent.alerting;

import org.jspecify.annotations.NullMarked;
