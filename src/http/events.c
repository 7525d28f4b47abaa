/* http/events.c - server-sent events (HTML, 9.2) to thousands of clients.
 *
 *	publish ──→ ring of the latest events ←── cursor of each client
 *
 * A client's connection is suspended while it has nothing to hear; publishing
 * wakes the loops, and each resumes those of its clients whose topics match.
 * libmicrohttpd then asks for bytes whenever the client takes some, so a slow
 * client only lags; when the ring has passed it in the middle of an event, or it
 * takes nothing for two heartbeats, it is cut.
 *
 * An event's id is BOOT-NUMBER: after a restart no number is mistaken for its
 * namesake.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RING_BYTES = 8 * 1024 * 1024, BEAT_SECONDS = 15, NAME = 64 };

struct event {
	uint64_t hash; /* of the topic */
	char *topic;   /* and behind it the text */
	size_t topic_len, len;
};

struct yz_hub {
	struct yz_http *http;
	pthread_mutex_t lock;
	struct event ring[YZ_HUB_EVENTS];
	uint64_t first, next; /* numbers in the ring: [first, next), from 1 */
	size_t bytes;
	uint64_t boot;
};

struct yz_hub *yz_http_hub_create(struct yz_http *http)
{
	struct yz_hub *hub = calloc(1, sizeof *hub);
	if (!hub)
		return NULL;
	hub->http = http;
	hub->first = hub->next = 1;
	hub->boot = (uint64_t)yz_now();
	pthread_mutex_init(&hub->lock, NULL);
	return hub;
}

static struct event *event_of(struct yz_hub *hub, uint64_t number)
{
	return &hub->ring[number % YZ_HUB_EVENTS];
}

static void forget_first(struct yz_hub *hub)
{
	struct event *e = event_of(hub, hub->first++);
	hub->bytes -= e->topic_len + e->len;
	free(e->topic);
	*e = (struct event){0};
}

void yz_http_hub_destroy(struct yz_hub *hub)
{
	if (!hub)
		return;
	while (hub->first < hub->next)
		forget_first(hub);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

/* ---- publishing ---- */

static size_t write_lines(char *out, struct yz_str data)
{
	size_t n = 0;
	bool begin = true;
	for (size_t i = 0; i <= data.len; i++) {
		if (begin)
			n += (size_t)sprintf(out + n, "data: ");
		begin = i == data.len || data.ptr[i] == '\n';
		if (begin)
			out[n++] = '\n';
		else if (data.ptr[i] != '\r')
			out[n++] = data.ptr[i];
	}
	return n;
}

void yz_hub_publish(struct yz_hub *hub, struct yz_str topic, const char *event, struct yz_str data)
{
	assert(data.len <= YZ_HUB_DATA && strlen(event) <= NAME);
	size_t lines = 1;
	for (size_t i = 0; i < data.len; i++)
		lines += data.ptr[i] == '\n';
	char *text = malloc(topic.len + data.len + lines * 8 + NAME + 80);
	if (!text)
		return; /* as if the ring had lost it: pages load afresh by themselves in the end */
	if (topic.len)
		memcpy(text, topic.ptr, topic.len);
	pthread_mutex_lock(&hub->lock);
	uint64_t number = hub->next;
	size_t n = (size_t)sprintf(text + topic.len, "id: %llx-%llu\nevent: %s\n", (unsigned long long)hub->boot,
				   (unsigned long long)number, event);
	n += write_lines(text + topic.len + n, data);
	text[topic.len + n++] = '\n';
	while (number - hub->first == YZ_HUB_EVENTS || (hub->first < number && hub->bytes + topic.len + n > RING_BYTES))
		forget_first(hub);
	*event_of(hub, number) =
		(struct event){.hash = yz_str_hash(topic), .topic = text, .topic_len = topic.len, .len = n};
	hub->bytes += topic.len + n;
	hub->next++;
	pthread_mutex_unlock(&hub->lock);
	struct yz_http *http = hub->http;
	for (unsigned i = 0; i < http->nloops; i++)
		if (atomic_load(&http->loops[i].streaming)) {
			atomic_store(&http->loops[i].published, 1);
			yz_http_loop_wake(&http->loops[i]);
		}
}

/* ---- subscribing ---- */

/* Where a client that comes back was. */
static bool read_last_id(struct yz_hub *hub, struct yz_str id, uint64_t *seq)
{
	char boot[32];
	struct yz_str part;
	int64_t number;
	int n = snprintf(boot, sizeof boot, "%llx", (unsigned long long)hub->boot);
	if (!yz_str_cut(&id, '-', &part) || !yz_str_eq(part, yz_str_n(boot, (size_t)n)) || !yz_str_int(id, &number) ||
	    number < 0 || (uint64_t)number >= hub->next || (uint64_t)number + 1 < hub->first)
		return false;
	*seq = (uint64_t)number;
	return true;
}

bool yz_res_events(struct yz_req *req, const struct yz_str *topics, size_t ntopics, struct yz_err *err)
{
	struct yz_http *http = req->http;
	struct yz_http_res *res = &req->state->res;
	assert(ntopics && ntopics <= YZ_HUB_TOPICS);
	if (atomic_load(&http->event_clients) >= http->limits.event_clients || atomic_load(&http->stopping))
		return yz_fail(err, YZ_BUSY, "%u clients listen to events", http->limits.event_clients);
	res->topics = yz_new_n(req->arena, ntopics, struct yz_http_topic);
	for (size_t i = 0; i < ntopics; i++)
		res->topics[i] = (struct yz_http_topic){yz_str_hash(topics[i]), yz_str_dup(req->arena, topics[i])};
	res->ntopics = ntopics;
	struct yz_str last = yz_http_header_nth(req->state, "Last-Event-ID", 0);
	pthread_mutex_lock(&http->hub->lock);
	res->seq = http->hub->next - 1;
	res->lost = last.len && !read_last_id(http->hub, last, &res->seq);
	pthread_mutex_unlock(&http->hub->lock);
	yz_res_header(req, "X-Accel-Buffering", YZ_LIT("no"));
	yz_res_body(req, "text/event-stream; charset=utf-8", YZ_LIT(""));
	res->body = YZ_HTTP_EVENTS;
	return true;
}

/* ---- sending, on the loop's thread ---- */

static const struct yz_str welcome = YZ_LIT("retry: 3000\n\n"), beat = YZ_LIT(": beat\n\n"),
			   reset = YZ_LIT("event: reset\ndata: \n\n"),
			   welcome_reset = YZ_LIT("retry: 3000\n\nevent: reset\ndata: \n\n");

void yz_http_stream_open(struct yz_http_conn *c)
{
	struct yz_http_loop *loop = c->loop;
	const struct yz_http_res *res = &c->x->res;
	c->seq = res->seq;
	c->offset = 0;
	c->waiting = c->beat = c->stalled = false;
	c->pending = res->lost ? welcome_reset : welcome;
	c->stream_next = loop->streams;
	if (c->stream_next)
		c->stream_next->stream_link = &c->stream_next;
	c->stream_link = &loop->streams;
	loop->streams = c;
	loop->nstreams++;
	atomic_store(&loop->streaming, true);
	/* One may have been published between the handler and here. */
	atomic_store(&loop->published, 1);
	atomic_fetch_add(&loop->http->event_clients, 1);
	yz_http_deadline(c, YZ_HTTP_STREAM, BEAT_SECONDS * YZ_SECOND);
}

void yz_http_stream_close(struct yz_http_conn *c)
{
	struct yz_http_loop *loop = c->loop;
	if (!c->stream_link)
		return;
	*c->stream_link = c->stream_next;
	if (c->stream_next)
		c->stream_next->stream_link = c->stream_link;
	c->stream_link = NULL;
	if (--loop->nstreams == 0)
		atomic_store(&loop->streaming, false);
	atomic_fetch_sub(&loop->http->event_clients, 1);
}

static void resume(struct yz_http_conn *c)
{
	c->waiting = false;
	MHD_resume_connection(c->mhd);
}

void yz_http_stream_beat(struct yz_http_conn *c)
{
	if (c->gone)
		shutdown(c->fd, SHUT_RDWR); /* what is sent now fails, and that ends it */
	if (c->waiting) {
		c->beat = true;
		resume(c);
	} else if (c->stalled) {
		shutdown(c->fd, SHUT_RDWR);
	}
	c->stalled = true; /* until it takes something */
	yz_http_deadline(c, YZ_HTTP_STREAM, BEAT_SECONDS * YZ_SECOND);
}

static bool concerns(const struct event *e, const struct yz_http_res *res)
{
	for (size_t i = 0; i < res->ntopics; i++)
		if (res->topics[i].hash == e->hash && yz_str_eq(res->topics[i].name, yz_str_n(e->topic, e->topic_len)))
			return true;
	return false;
}

/* Moves the cursor to before the next event that concerns the client; false when there is none. */
static bool seek(struct yz_hub *hub, struct yz_http_conn *c)
{
	while (c->seq + 1 < hub->next) {
		if (c->seq + 1 < hub->first || concerns(event_of(hub, c->seq + 1), &c->x->res))
			return true;
		c->seq++;
	}
	return false;
}

void yz_http_streams_wake(struct yz_http_loop *loop, bool all)
{
	struct yz_hub *hub = loop->http->hub;
	pthread_mutex_lock(&hub->lock);
	for (struct yz_http_conn *c = loop->streams; c; c = c->stream_next)
		if (c->waiting && (all || seek(hub, c)))
			resume(c);
	pthread_mutex_unlock(&hub->lock);
}

static size_t send_event(struct yz_hub *hub, struct yz_http_conn *c, char *buf, size_t room)
{
	const struct event *e = event_of(hub, c->seq + 1);
	size_t left = e->len - c->offset, n = left < room ? left : room;
	memcpy(buf, e->topic + e->topic_len + c->offset, n);
	c->offset += n;
	if (n == left) {
		c->offset = 0;
		c->seq++;
	}
	return n;
}

static size_t send_pending(struct yz_http_conn *c, char *buf, size_t room)
{
	size_t n = c->pending.len < room ? c->pending.len : room;
	memcpy(buf, c->pending.ptr, n);
	c->pending.ptr += n;
	c->pending.len -= n;
	return n;
}

/* As much as there is room for; -1: it lost the rest of an event it has half of. */
static ssize_t fill(struct yz_hub *hub, struct yz_http_conn *c, char *buf, size_t max)
{
	size_t n = 0;
	while (n < max) {
		if (c->pending.len) {
			n += send_pending(c, buf + n, max - n);
		} else if (c->offset || seek(hub, c)) {
			if (c->seq + 1 >= hub->first) {
				n += send_event(hub, c, buf + n, max - n);
				continue;
			}
			if (c->offset)
				return -1;
			c->seq = hub->next - 1;
			c->pending = reset;
		} else if (c->beat) {
			c->beat = false;
			c->pending = beat;
		} else {
			break;
		}
	}
	return (ssize_t)n;
}

ssize_t yz_http_stream_read(void *cls, uint64_t pos, char *buf, size_t max)
{
	struct yz_http_conn *c = cls;
	struct yz_hub *hub = c->loop->http->hub;
	(void)pos;
	c->stalled = false;
	pthread_mutex_lock(&hub->lock);
	ssize_t n = fill(hub, c, buf, max);
	pthread_mutex_unlock(&hub->lock);
	if (n > 0) {
		c->x->sent += (uint64_t)n;
		return n;
	}
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (atomic_load(&c->loop->http->stopping))
		return MHD_CONTENT_READER_END_OF_STREAM;
	c->waiting = true;
	MHD_suspend_connection(c->mhd);
	return 0;
}
