/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-gate-private.h"
#include "media/sip-serial-queue-private.h"

G_BEGIN_DECLS

/* Elements of a pipeline that runs are started, linked, stopped and taken out by these, in a queue, so that nobody waits for a device. */

/* Starts @first, links @source to @sink, and starts @second (nullable) and opens @gate (nullable). A pad that pushes into an element that is not awake yet stops
 * for good, so no link is made before; nor is one changed while a buffer is on its way through it. */
void sip_media_work_start (SipSerialQueue *queue,
                           GstBin         *pipeline,
                           GstElement     *first,
                           GstElement     *second,
                           GstPad         *source,
                           GstPad         *sink,
                           SipGate        *gate);
void sip_media_work_wake (SipSerialQueue *queue, GstElement *element);
/* Stops it where it is, until it is woken or started. */
void sip_media_work_park (SipSerialQueue *queue, GstElement *element);
/* Takes it out of its bin and stops it. */
void sip_media_work_discard (SipSerialQueue *queue, GstElement *element);
/* The same for what @pad pushes into, once no buffer is in there, nor in what comes behind it: a source that is told of an element that was stopped stops for
 * good. What is stopped after this, in the queue, has no such buffer in it either. */
void sip_media_work_discard_sink (SipSerialQueue *queue, GstElement *element, GstPad *pad);

G_END_DECLS
