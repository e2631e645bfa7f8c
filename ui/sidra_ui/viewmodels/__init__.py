"""What each page shows, as frozen values: presenters fill these, templates only lay them out.

Every text in a view-model is already translated, formatted and masked for its reader. An empty string means
"nothing to show" unless a field says otherwise. A view-model never holds a record, a request or a service.
"""
