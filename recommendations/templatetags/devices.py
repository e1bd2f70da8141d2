"""Browsers in plain words."""

from django import template

from recommendations.texts.devices import device

register = template.Library()
register.filter("device", device)
