// Replaces the live part of a page by the same part, fetched again. Without it a page is reloaded by hand.
(function () {
  'use strict';
  var area = document.querySelector('[data-live], [data-refresh-seconds]');
  if (!area || !window.fetch || !window.DOMParser) { return; }

  var busy = false;
  var again = false;
  var ended = false;
  var source = null;

  function say(words) {
    var place = document.querySelector('[data-live-state]');
    if (place) { place.textContent = words; }
  }

  function end() {
    ended = true;
    if (source) { source.close(); }
    say('已停止更新，请刷新页面');
  }

  function isBeingUsed() {
    var at = document.activeElement;
    return at && area.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName);
  }

  function replace(text) {
    var page = new DOMParser().parseFromString(text, 'text/html');
    var fresh = page.getElementById(area.id);
    if (!fresh) { end(); return; }
    var open = area.querySelectorAll('details');
    var next = fresh.querySelectorAll('details');
    for (var i = 0; i < open.length && i < next.length; i += 1) { next[i].open = open[i].open; }
    area.parentNode.replaceChild(document.adoptNode(fresh), area);
    area = fresh;
    var beside = document.getElementById('live-beside');
    var besideNow = page.getElementById('live-beside');
    if (beside && besideNow) { beside.parentNode.replaceChild(document.adoptNode(besideNow), beside); }
  }

  function refresh() {
    if (ended || isBeingUsed()) { return; }
    if (busy) { again = true; return; }
    busy = true;
    fetch(location.href, { headers: { 'pingyi-live': '1' }, credentials: 'same-origin' })
      .then(function (reply) {
        if (reply.redirected || reply.status === 403) { end(); return null; }
        return reply.ok ? reply.text() : null;
      })
      .then(function (text) { if (text) { replace(text); } })
      .catch(function () { say('连接中断，正在重试'); })
      .then(function () {
        busy = false;
        if (again) { again = false; refresh(); }
      });
  }

  var address = area.getAttribute('data-live');
  if (address && window.EventSource) {
    source = new EventSource(address);
    source.onopen = function () { say('实时'); };
    source.onmessage = refresh;
    source.onerror = function () {
      if (source.readyState === 2) { end(); } else { say('连接中断，正在重试'); }
    };
    window.addEventListener('pagehide', function () { source.close(); });
  }
  var seconds = Number(area.getAttribute('data-refresh-seconds'));
  if (seconds > 0) { setInterval(refresh, seconds * 1000); }
}());
